import { words } from "../language/language.ts"
import type { Picture } from "./composition.ts"
import { useOnAir } from "./use_on_air.ts"

interface Props {
  roomId: number
  own: MediaStream | undefined
  pictures: Picture[]
}

/** Sends the stage to the audience while it is shown, and says how that goes. */
export function OnAirState({ roomId, own, pictures }: Props) {
  const [state, again] = useOnAir(roomId, own, pictures)
  return (
    <p class="on-air" role="status">
      {state === "on" && <span class="badge live">{words.onAir}</span>}
      {state === "starting" && words.goingOnAir}
      {state === "unable" && words.cannotCompose}
      {state === "off" && (
        <>
          {words.notOnAir}
          <button type="button" class="link" onClick={again}>
            {words.tryAgain}
          </button>
        </>
      )}
    </p>
  )
}
