import { type Cell, cell } from "../cell.ts"
import { type Frame, mtype, numberIn } from "../room/frames.ts"

/** A host asks the reader onto a stage. */
export interface Invitation {
  hostId: number
  roomId: number
  /** Milliseconds since 1970. */
  at: number
}

/** How long the server takes an answer, in milliseconds. */
export const answerable = 60_000

export const invitation: Cell<Invitation | undefined> = cell(undefined)

/** Notes an invitation, by whichever socket of the reader's it came; every other frame is passed over. */
export function heardInvitation(frame: Frame): void {
  if (frame.mtype !== mtype.invitation || frame["other"] === undefined) return
  invitation.set({ hostId: numberIn(frame, "user"), roomId: numberIn(frame, "rid"), at: Date.now() })
}
