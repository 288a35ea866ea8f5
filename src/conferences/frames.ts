import type { User } from "../accounts/user.ts"
import type { Frame } from "../realtime/bus.ts"

/** What the socket protocol calls the frames of conferences; the second is ours. */
export const mtype = { invitation: 15, signal: 1016 } as const

/** Asks a guest onto the host's stage. */
export const invitationFrame = (hostId: number, guestId: number, roomId: number): Frame => ({
  mtype: mtype.invitation,
  user: hostId,
  other: guestId,
  rid: String(roomId),
})

/** What a guest answered, as the host hears it: 0 is yes. The document spells the key in two ways. */
export const answerFrame = ({ id, nickName }: Pick<User, "id" | "nickName">, agrees: boolean): Frame => {
  const answer = agrees ? 0 : 1
  return { mtype: mtype.invitation, uid: id, nick_name: nickName, is_agree: answer, is_ageree: answer }
}

/** What one on stage says to another, which is theirs alone to understand. */
export const signalFrame = (from: number, data: unknown): Frame => ({ mtype: mtype.signal, from, data })

/** Said by the server for who has left the stage. */
export const farewellFrame = (userId: number): Frame => signalFrame(userId, { type: "bye" })
