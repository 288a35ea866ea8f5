import { useState } from "preact/hooks"
import type { Totals } from "../api/answers.ts"
import { reasonOf } from "../api/call.ts"
import { words } from "../language/language.ts"
import { closeBroadcast } from "../live/broadcast.ts"
import { Icon } from "../parts/icon.tsx"
import { Modal } from "../parts/modal.tsx"

interface Props {
  roomId: number
  closed(totals: Totals): void
}

/** Ends the host's broadcast, once they have said so twice. */
export function EndButton({ roomId, closed }: Props) {
  const [isAsking, ask] = useState(false)
  const [error, setError] = useState<string>()
  const end = async () => {
    try {
      closed(await closeBroadcast(roomId))
      ask(false)
    } catch (reason) {
      setError(reasonOf(reason))
    }
  }
  return (
    <>
      <button type="button" class="danger" aria-label={words.endBroadcast} onClick={() => ask(true)}>
        <Icon name="stop" />
        <span>{words.endBroadcast}</span>
      </button>
      {isAsking && (
        <Modal title={words.endSure} close={() => ask(false)}>
          <p>{words.endSureDetail}</p>
          {error && (
            <p class="error" role="alert">
              {error}
            </p>
          )}
          <div class="choices">
            <button type="button" class="plain" onClick={() => ask(false)}>
              {words.keepGoing}
            </button>
            <button type="button" class="danger" onClick={end}>
              {words.endBroadcast}
            </button>
          </div>
        </Modal>
      )}
    </>
  )
}
