import { useEffect } from "preact/hooks"
import { account, endSession } from "../api/session.ts"
import { type Cell, cell, useCell } from "../cell.ts"
import { sentenceOf } from "../language/codes.ts"
import { type Channel, openChannel } from "../room/channel.ts"
import { mtype, numberIn } from "../room/frames.ts"
import { signedOut } from "../room/seat.ts"
import { heardInvitation, invitation } from "./invitation.ts"

/** The reader's place in the lobby, where invitations come to who sits in no room. */
const lobby: Cell<Channel | undefined> = cell(undefined)

/** The code of what the server last refused there. */
export const lobbyRefusal: Cell<number | undefined> = cell(undefined)

/** Sits in the lobby while somebody is signed in; the window that is looked at takes the place from the others. */
export function useLobby(): void {
  const { token, uid } = useCell(account) ?? {}
  useEffect(() => {
    const mine = account.value
    if (!mine) return
    let channel: Channel | undefined
    const sit = () => {
      let isOver = false
      channel = openChannel(0, mine, {
        frame(frame) {
          heardInvitation(frame)
          if (frame.mtype === mtype.refused) lobbyRefusal.set(numberIn(frame, "err"))
        },
        state(state, why) {
          isOver = state === "ended"
          if (isOver) lobby.set(undefined)
          if (why !== undefined && signedOut.has(why)) endSession(mine.token, sentenceOf(why))
        },
      })
      lobby.set(isOver ? undefined : channel)
    }
    const sitAgain = () => {
      if (!lobby.value) sit()
    }
    sit()
    addEventListener("focus", sitAgain)
    return () => {
      removeEventListener("focus", sitAgain)
      channel?.close()
      lobby.set(undefined)
      invitation.set(undefined)
    }
  }, [token, uid])
}

/** Answers a host. @returns false when nothing can be said just now */
export function answerHost(hostId: number, agrees: boolean): boolean {
  lobbyRefusal.set(undefined)
  return lobby.value?.send({ mtype: mtype.invitation, anchor_uid: hostId, is_agree: agrees ? 0 : 1 }) ?? false
}
