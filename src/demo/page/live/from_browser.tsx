import { useEffect, useRef, useState } from "preact/hooks"
import { useDoorSettings } from "../api/door_settings.ts"
import { type Ability, abilityHere } from "../broadcast/ability.ts"
import { words } from "../language/language.ts"
import { Icon } from "../parts/icon.tsx"
import { type Show, useShow } from "./show.ts"

/** Going live with this browser's own camera and microphone, where the server and the browser can. */
export function FromBrowser({ roomId }: { roomId: number }) {
  const ability = useAbility()
  const show = useShow(roomId)
  const settings = useDoorSettings()
  if (!ability || !settings?.takes_browsers_video) return null
  return (
    <section class="from-browser" aria-label={words.fromBrowser}>
      {ability === "able" ? <Camera show={show} /> : <p class="hint">{words.inability[ability]}</p>}
    </section>
  )
}

function Camera({ show }: { show: Show }) {
  const { step, camera, trouble } = show
  return (
    <>
      {camera && <Preview camera={camera} isLive={step === "live"} />}
      <div class="from-browser-talk">
        <p class="hint" role="status">
          {words.showSteps[step]}
        </p>
        {trouble && (
          <p class="error" role="alert">
            {trouble}
          </p>
        )}
        <div class="choices">
          <MainButton show={show} />
          {step === "preview" && show.hasOther && (
            <button type="button" class="plain" onClick={show.turn}>
              {words.otherCamera}
            </button>
          )}
          {camera && step !== "preview" && <Microphone camera={camera} />}
          {step === "preview" && (
            <button type="button" class="plain" onClick={show.stop}>
              {words.cancel}
            </button>
          )}
        </div>
      </div>
    </>
  )
}

/** One button through all steps, so that the focus stays where it is. */
function MainButton({ show: { step, open, begin, stop } }: { show: Show }) {
  const isOnAir = step === "joining" || step === "live"
  const act = { off: open, asking: () => {}, preview: begin, joining: stop, live: stop }[step]
  const label = isOnAir ? words.stopShow : step === "preview" ? words.beginShow : words.fromBrowser
  return (
    <button type="button" class={isOnAir ? "danger" : "primary"} aria-busy={step === "asking"} onClick={act}>
      <Icon name={isOnAir ? "stop" : "video"} />
      {label}
    </button>
  )
}

function Microphone({ camera }: { camera: MediaStream }) {
  const [isMuted, mute] = useState(false)
  const turn = () => {
    for (const track of camera.getAudioTracks()) track.enabled = isMuted
    mute(!isMuted)
  }
  return (
    <button type="button" class="plain" aria-pressed={isMuted} onClick={turn}>
      <Icon name={isMuted ? "silence" : "microphone"} />
      {words.muteMicrophone}
    </button>
  )
}

/** What the camera sees; as in a mirror, unless it looks away from the host. */
function Preview({ camera, isLive }: { camera: MediaStream; isLive: boolean }) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (!video.current) return
    video.current.srcObject = camera
    video.current.play().catch(() => {})
  }, [camera])
  const { facingMode } = camera.getVideoTracks()[0]?.getSettings() ?? {}
  return (
    <div class="preview" data-facing={facingMode}>
      <video ref={video} muted playsInline disableRemotePlayback aria-label={words.yourCamera} />
      {isLive && <span class="badge live">{words.live}</span>}
    </div>
  )
}

function useAbility(): Ability | undefined {
  const [ability, set] = useState<Ability>()
  useEffect(() => {
    void abilityHere().then(set)
  }, [])
  return ability
}
