import type { RefObject } from "preact"
import { useEffect, useState } from "preact/hooks"

/** Whether a video is silent, whoever made it so. */
export function useSound(video: RefObject<HTMLVideoElement | null>) {
  const [isMuted, note] = useState(false)
  useEffect(() => {
    const element = video.current
    if (!element) return
    const read = () => note(element.muted)
    element.addEventListener("volumechange", read)
    return () => element.removeEventListener("volumechange", read)
  }, [video])
  const setMuted = (muted: boolean) => {
    if (video.current) video.current.muted = muted
  }
  return { isMuted, setMuted }
}
