import { useEffect, useState } from "preact/hooks"
import type { ChatInfo } from "../api/answers.ts"
import { call } from "../api/call.ts"
import { useCell } from "../cell.ts"
import { mtype, numberIn } from "../room/frames.ts"
import type { Mailbox } from "../room/mailbox.ts"
import { type Pass, passFor } from "./calls.ts"
import { stagePass } from "./pass.ts"

/** A name and password at a TURN server last an hour; milliseconds. */
const renewal = 30 * 60_000
/** How soon to ask again where no answer came, in milliseconds. */
const retry = 3_000

export interface Conference {
  /** Undefined until it is known. */
  isConference: boolean | undefined
  /** The reader's way onto its stage, for who is on it. */
  pass: Pass | undefined
}

/**
 * Whether a room on the air is a conference, and whether the reader is on its stage: asked again when somebody may have
 * taken them off it.
 *
 * @param uid the reader; undefined for nobody, and for a room that is over
 */
export function useConference(roomId: number, uid: number | undefined, mailbox: Mailbox): Conference {
  const pass = useCell(stagePass)
  const [isConference, set] = useState<boolean>()
  useEffect(() => {
    set(undefined)
    if (uid === undefined) return stagePass.set(undefined)
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const known = stagePass.value?.roomId === roomId
    if (known) set(true)
    const look = async () => {
      const is = known || (await isOne(roomId))
      const found = is ? await passFor(roomId) : undefined
      if (isOver) return
      set(is)
      stagePass.set(found)
    }
    const lookAgain = async () => {
      clearTimeout(timer)
      const isAnswered = await look().then(
        () => true,
        () => false,
      )
      clearTimeout(timer)
      if (!isOver) timer = setTimeout(lookAgain, isAnswered ? renewal : retry)
    }
    void lookAgain()
    const leaveMailbox = mailbox.listen((frame) => {
      if (frame.mtype === mtype.notice && numberIn(frame, "room_id") === roomId) void lookAgain()
    })
    return () => {
      isOver = true
      clearTimeout(timer)
      leaveMailbox()
    }
  }, [roomId, uid, mailbox])
  return { isConference, pass: pass?.roomId === roomId ? pass : undefined }
}

async function isOne(rid: number): Promise<boolean> {
  const { room } = await call<ChatInfo>("GET", "/chat_info", { rid })
  return room.Mtype === 1
}
