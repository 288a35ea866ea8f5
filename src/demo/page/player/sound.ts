import type { RefObject } from "preact"
import { useEffect, useState } from "preact/hooks"

/** Whether a video is silent, whoever made it so. @param isSilent whether it begins like that */
export function useSound(video: RefObject<HTMLVideoElement | null>, isSilent: boolean) {
  const [isMuted, note] = useState(isSilent)
  useEffect(() => {
    const element = video.current
    if (!element) return
    element.muted = isSilent
    const read = () => note(element.muted)
    element.addEventListener("volumechange", read)
    return () => element.removeEventListener("volumechange", read)
  }, [video, isSilent])
  const setMuted = (muted: boolean) => {
    if (video.current) video.current.muted = muted
  }
  return { isMuted, setMuted }
}
