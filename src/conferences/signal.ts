import type { App } from "../app.ts"
import type { Seat } from "../realtime/seat.ts"
import { refuse } from "../refusal.ts"
import { signalFrame } from "./frames.ts"
import { roleOn } from "./stage.ts"

/**
 * Carries a word from one on stage to another: only whoever would be given a token may speak, and be spoken to. Both are in
 * the room.
 *
 * @throws {Refusal} `conference.not_invited` for who is not on stage, `chat.not_same_room` where the other is not there
 */
export async function relay(app: App, { roomId, userId }: Seat, to: number, data: unknown): Promise<void> {
  const [own, others] = [await roleOn(app, roomId, userId), await roleOn(app, roomId, to)]
  if (own === undefined) refuse("conference.not_invited")
  const isThere = app.realtime.roomOf(to) === roomId
  if (others === undefined || to === userId || !isThere) {
    refuse("chat.not_same_room", { message: "That user is not on stage." })
  }
  app.realtime.toMember(roomId, to, signalFrame(userId, data))
}
