import { useCell } from "../cell.ts"
import { words } from "../language/language.ts"
import { Icon } from "../parts/icon.tsx"
import { openMedia, ownMedia, toggle } from "./own_media.ts"

/** Switches the reader's own microphone and camera. */
export function MediaButtons() {
  const { stream, isOn, error } = useCell(ownMedia)
  const has = (kind: string) => stream?.getTracks().some((track) => track.kind === kind) ?? false
  return (
    <>
      <button
        type="button"
        class="round device"
        data-off={!isOn.audio}
        disabled={!has("audio")}
        aria-label={isOn.audio ? words.muteMicrophone : words.unmuteMicrophone}
        title={isOn.audio ? words.muteMicrophone : words.unmuteMicrophone}
        onClick={() => toggle("audio")}
      >
        <Icon name={isOn.audio ? "microphone" : "micOff"} />
      </button>
      <button
        type="button"
        class="round device"
        data-off={!isOn.video}
        disabled={!has("video")}
        aria-label={isOn.video ? words.cameraOff : words.cameraOn}
        title={isOn.video ? words.cameraOff : words.cameraOn}
        onClick={() => toggle("video")}
      >
        <Icon name={isOn.video ? "video" : "cameraOff"} />
      </button>
      {error && !stream && (
        <button type="button" class="link" onClick={() => void openMedia()}>
          {words.tryAgain}
        </button>
      )}
    </>
  )
}
