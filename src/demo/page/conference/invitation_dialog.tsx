import { useEffect, useState } from "preact/hooks"
import type { Person } from "../api/answers.ts"
import { call, reasonOf } from "../api/call.ts"
import { useCell } from "../cell.ts"
import { sentenceOf } from "../language/codes.ts"
import { words } from "../language/language.ts"
import { Avatar } from "../parts/avatar.tsx"
import { Modal } from "../parts/modal.tsx"
import { addresses, go } from "../place.ts"
import { lookAt, type Pass, passFor } from "./calls.ts"
import { answerable, type Invitation, invitation } from "./invitation.ts"
import { answerHost, lobbyRefusal } from "./lobby.ts"
import { stagePass } from "./pass.ts"

/** Asks the reader, wherever on the page, whether to come onto a stage. */
export function InvitationDialog() {
  const asked = useCell(invitation)
  return asked ? <Question asked={asked} key={asked.at} /> : null
}

function Question({ asked }: { asked: Invitation }) {
  const { hostId, roomId } = asked
  const about = useAbout(asked)
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const close = () => {
    if (invitation.value === asked) invitation.set(undefined)
  }
  useEffect(() => {
    const timer = setTimeout(close, answerable)
    return () => clearTimeout(timer)
  }, [asked])
  const refuse = () => {
    // The window closes once more when it is taken away.
    if (invitation.value !== asked) return
    if (!isBusy) answerHost(hostId, false)
    close()
  }
  const accept = async () => {
    setBusy(true)
    try {
      stagePass.set(await agreeTo(hostId, roomId))
      close()
      go(addresses.room(roomId))
    } catch (reason) {
      setError(reason instanceof NotOnStage ? reason.message : reasonOf(reason))
      setBusy(false)
    }
  }
  const name = about?.host.NickName ?? ""
  return (
    <Modal title={words.invitation} close={refuse}>
      <div class="invitation">
        <Avatar name={name} image={about?.host.Image ?? ""} size="large" />
        <p>{about && words.invitesYou(name, about?.title || words.roomOf(name))}</p>
      </div>
      <p class="hint">{words.invitationHint}</p>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <div class="choices">
        <button type="button" class="plain" disabled={isBusy} onClick={refuse}>
          {words.refuse}
        </button>
        <button type="button" class="primary" disabled={isBusy} onClick={accept}>
          {words.accept}
        </button>
      </div>
    </Modal>
  )
}

/** Why the reader who agreed is not on stage, for people. */
class NotOnStage extends Error {}

/** How often and how long to look whether the answer has arrived: the server says nothing to a yes. Milliseconds. */
const looks = 20
const every = 300

async function agreeTo(hostId: number, roomId: number): Promise<Pass> {
  if (!answerHost(hostId, true)) throw new NotOnStage(words.reconnecting)
  for (let look = 0; look < looks; look += 1) {
    const pass = await passFor(roomId)
    if (pass) return pass
    const code = lobbyRefusal.value
    if (code !== undefined) throw new NotOnStage(sentenceOf(code))
    await new Promise((resolve) => setTimeout(resolve, every))
  }
  throw new NotOnStage(words.offline)
}

interface About {
  host: Person
  title: string
}

/** Who asks, and to what. */
function useAbout({ hostId, roomId }: Invitation): About | undefined {
  const [about, set] = useState<About>()
  useEffect(() => {
    let isOver = false
    const ask = async () => {
      const { user } = await call<{ user: Person }>("GET", "/look_info", { uid: hostId })
      const { title } = await lookAt(roomId)
      if (!isOver) set({ host: user, title })
    }
    ask().catch(() => {})
    return () => {
      isOver = true
    }
  }, [hostId, roomId])
  return about
}
