import { and, eq } from "drizzle-orm"
import type { App } from "../app.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { cancelGagFrame, gagFrame } from "./frames.ts"
import { liveRoomOf } from "./room.ts"
import { gags } from "./tables.ts"

/**
 * Silences a viewer in the host's live room until the host cancels it or the room ends.
 *
 * @throws {Refusal} `session.forbidden` for who hosts no live room, `chat.host_away`, `chat.not_same_room`,
 * `chat.gagged_already`
 */
export async function gag(app: App, hostId: number, userId: number): Promise<void> {
  const roomId = await roomToModerate(app, hostId, userId)
  await write(app, async (tx, after) => {
    const added = await tx
      .insert(gags)
      .values({ roomId, userId, createdAt: app.now() })
      .onConflictDoNothing()
      .returning({ id: gags.id })
    if (added.length === 0) refuse("chat.gagged_already")
    after(() => app.realtime.toUser(userId, gagFrame()))
  })
}

/**
 * Lets a gagged viewer speak again.
 *
 * @throws {Refusal} `session.forbidden`, `chat.host_away`, `chat.not_same_room`, `chat.not_gagged`
 */
export async function cancelGag(app: App, hostId: number, userId: number): Promise<void> {
  const roomId = await roomToModerate(app, hostId, userId)
  await write(app, async (tx, after) => {
    const removed = await tx
      .delete(gags)
      .where(and(eq(gags.roomId, roomId), eq(gags.userId, userId)))
      .returning({ id: gags.id })
    if (removed.length === 0) refuse("chat.not_gagged")
    after(() => app.realtime.toUser(userId, cancelGagFrame()))
  })
}

/** Where a host may gag someone: the host's live room, both being in it. */
async function roomToModerate(app: App, hostId: number, userId: number): Promise<number> {
  const room = await liveRoomOf(app.db.read, hostId)
  if (!room) refuse("session.forbidden", { message: "Only the host of a live room can do this." })
  if (!app.realtime.hostIsIn(room.id)) refuse("chat.host_away")
  if (userId === hostId || app.realtime.roomOf(userId) !== room.id) refuse("chat.not_same_room")
  return room.id
}
