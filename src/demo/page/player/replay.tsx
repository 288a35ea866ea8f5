import { useEffect, useRef, useState } from "preact/hooks"
import { words } from "../language/language.ts"
import { loadHls } from "./hls.ts"
import type { Playback } from "./playback.ts"

/** A broadcast that was kept, with the browser's own controls. */
export function Replay({ address }: { address: string }) {
  const video = useRef<HTMLVideoElement>(null)
  const [hasFailed, fail] = useState(false)
  useEffect(() => {
    const element = video.current
    if (!element) return
    let isOver = false
    let playback: Playback | undefined
    loadHls().then(
      (play) => {
        if (!isOver) playback = play({ video: element, address, failed: () => fail(true) })
      },
      () => fail(true),
    )
    return () => {
      isOver = true
      playback?.stop()
    }
  }, [address])
  return (
    <section class="player" aria-label={words.video}>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody writes along with a broadcast. */}
      <video ref={video} controls playsInline disableRemotePlayback autoplay />
      {hasFailed && (
        <div class="curtain" role="status">
          <p>{words.cannotPlay}</p>
        </div>
      )}
    </section>
  )
}
