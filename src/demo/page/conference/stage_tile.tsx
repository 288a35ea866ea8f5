import { useEffect, useRef } from "preact/hooks"
import { words } from "../language/language.ts"
import { Avatar } from "../parts/avatar.tsx"
import { Icon } from "../parts/icon.tsx"

interface Props {
  name: string
  image: string
  stream: MediaStream | undefined
  isOwn?: boolean
  isMicOn: boolean
  isCameraOn: boolean
  isHost?: boolean
  /** What stands over the picture while there is none. */
  waiting?: string | undefined
  /** Where the reader may take them off the stage. */
  throwOut?: (() => void) | undefined
}

/** One person on stage. */
export function StageTile(tile: Props) {
  const { name, image, stream, isOwn = false, isMicOn, isCameraOn, isHost = false, waiting, throwOut } = tile
  const video = useRef<HTMLVideoElement>(null)
  const isSeen = isCameraOn && waiting === undefined && (stream?.getVideoTracks().length ?? 0) > 0
  useEffect(() => {
    const element = video.current
    if (!element) return
    element.srcObject = stream ?? null
    // A browser that plays nothing before a touch plays it then.
    const play = () => void element.play().catch(() => {})
    play()
    addEventListener("pointerdown", play)
    return () => removeEventListener("pointerdown", play)
  }, [stream])
  return (
    <li class="stage-tile" data-own={isOwn} data-seen={isSeen}>
      <video ref={video} autoPlay playsInline muted={isOwn} aria-label={words.videoOf(name)} />
      {!isSeen && (
        <div class="stage-tile-veil">
          <Avatar name={name} image={image} size="large" />
          {waiting && <span>{waiting}</span>}
        </div>
      )}
      <p class="stage-tile-name">
        {isHost && <span class="badge host-badge">{words.host}</span>}
        <strong>{isOwn ? words.you : name}</strong>
        {!isMicOn && (
          <>
            <Icon name="micOff" />
            <span class="aside">{words.microphoneIsOff}</span>
          </>
        )}
      </p>
      {throwOut && (
        <button
          type="button"
          class="round throw-out"
          aria-label={words.throwOut(name)}
          title={words.throwOut(name)}
          onClick={throwOut}
        >
          <Icon name="close" />
        </button>
      )}
    </li>
  )
}
