import type { ComponentChildren } from "preact"
import { useEffect, useRef, useState } from "preact/hooks"
import { words } from "../language/language.ts"
import { Icon } from "../parts/icon.tsx"
import type { Way } from "./playback.ts"
import { type Sources, screen, type View } from "./screening.ts"
import { useSound } from "./sound.ts"
import { WayMenu } from "./way_menu.tsx"

interface Props {
  sources: Sources
  /** The viewer's own: begins in silence, or their microphone would hear it. */
  isOwn: boolean
  /** Told whenever the picture's shape becomes known. */
  shaped(shape: "portrait" | "landscape"): void
  /** What lies upon the picture. */
  children?: ComponentChildren
}

/** A live stream with its controls. */
export function Player({ sources, isOwn, shaped, children }: Props) {
  const stage = useRef<HTMLElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const [chosen, choose] = useState<Way>()
  const [isPaused, pause] = useState(false)
  const [view, setView] = useState<View>()
  const { isMuted, setMuted } = useSound(video, isOwn)
  const { flv, hls } = sources

  useEffect(() => {
    const element = video.current
    if (!element || isPaused) return
    const screening = screen(element, { flv, hls }, chosen, setView)
    return () => screening.stop()
  }, [flv, hls, chosen, isPaused])

  const measure = () => {
    const { videoWidth, videoHeight } = video.current ?? { videoWidth: 0, videoHeight: 0 }
    if (videoWidth > 0) shaped(videoHeight > videoWidth ? "portrait" : "landscape")
  }
  const isShown = view?.picture === "shown" && !isPaused
  return (
    <section class="player" ref={stage} aria-label={words.video} data-picture={isPaused ? "paused" : view?.picture}>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody writes along with a broadcast. */}
      <video ref={video} playsInline disableRemotePlayback onResize={measure} onLoadedMetadata={measure} />
      {!isShown && <Curtain view={view} isPaused={isPaused} resume={() => pause(false)} />}
      {children}
      {isShown && isMuted && !isOwn && (
        <button type="button" class="unmute" onClick={() => setMuted(false)}>
          <Icon name="mute" />
          {words.unmute}
        </button>
      )}
      <div class="controls">
        <button
          type="button"
          class="round"
          aria-label={isPaused ? words.play : words.pause}
          onClick={() => pause(!isPaused)}
        >
          <Icon name={isPaused ? "play" : "pause"} />
        </button>
        <button
          type="button"
          class="round"
          aria-label={isMuted ? words.unmute : words.muteSound}
          onClick={() => setMuted(!isMuted)}
        >
          <Icon name={isMuted ? "mute" : "sound"} />
        </button>
        <WayMenu view={isShown ? view : undefined} chosen={chosen} choose={choose} />
        <button
          type="button"
          class="round"
          aria-label={words.fullScreen}
          onClick={() => showInFull(stage.current, video.current)}
        >
          <Icon name="full" />
        </button>
      </div>
    </section>
  )
}

interface CurtainProps {
  view: View | undefined
  isPaused: boolean
  resume(): void
}

/** What stands in the picture's place until it is there. */
function Curtain({ view, isPaused, resume }: CurtainProps) {
  if (isPaused) {
    return (
      <div class="curtain">
        <button type="button" class="round large" aria-label={words.play} onClick={resume}>
          <Icon name="play" />
        </button>
      </div>
    )
  }
  const isHopeless = view?.picture === "unplayable"
  const isWaiting = view?.picture === "waiting"
  return (
    <div class="curtain" role="status">
      {!isHopeless && <span class="spinner" aria-hidden="true" />}
      <p>{isHopeless ? words.cannotPlay : isWaiting ? words.waitingForVideo : words.loadingVideo}</p>
    </div>
  )
}

/** Apple's phones show nothing but a video itself in full. */
function showInFull(stage: HTMLElement | null, video: HTMLVideoElement | null): void {
  if (document.fullscreenElement) return void document.exitFullscreen()
  if (stage?.requestFullscreen) return void stage.requestFullscreen().catch(() => {})
  const older = video as (HTMLVideoElement & { webkitEnterFullscreen?(): void }) | null
  older?.webkitEnterFullscreen?.()
}
