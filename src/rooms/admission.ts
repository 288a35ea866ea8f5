import { and, eq, sql } from "drizzle-orm"
import { bannedForever } from "../accounts/ban.ts"
import { type Session, whyEnded } from "../accounts/session.ts"
import { sessions, users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { recordings } from "../playback/tables.ts"
import type { Seat } from "../realtime/seat.ts"
import { refuse } from "../refusal.ts"
import { isBlocked } from "../social/blocked.ts"
import { blocks } from "../social/tables.ts"
import { isRecordingOfRoom } from "./recording.ts"
import { anyRoom, type Room } from "./room.ts"
import { rooms, visits } from "./tables.ts"

/**
 * Whether someone may enter a room's chat: a live room's, or that of a finished one that can be watched again.
 *
 * @throws {Refusal} `room.unknown`, `room.no_chat` for a room not yet live, `room.too_late` for a host whose room closed
 * while away, `room.not_live` for a finished room that was not kept, `playback.own`, `social.blocked` by the host
 */
export async function admit(app: App, userId: number, roomId: number): Promise<Room> {
  const found = await anyRoom(app.db.read, roomId)
  if (!found) refuse("room.unknown")
  const { room, recording } = found
  if (room.state === "reserved") refuse("room.no_chat")
  if (room.state === "finished") {
    // A phone that lost its host's room comes back by itself, and must learn that it cannot.
    if (room.ownerId === userId && room.endCause === "abandoned") refuse("room.too_late")
    if (!recording) refuse("room.not_live")
    if (room.ownerId === userId) refuse("playback.own")
  }
  if (await isBlocked(app.db.read, { blockerId: room.ownerId, blockedId: userId })) refuse("social.blocked")
  return room
}

const visitOf = query<{ roomId: number; userId: number }>()((db, $) =>
  db
    .select({ id: visits.id })
    .from(visits)
    .where(and(eq(visits.roomId, $.roomId), eq(visits.userId, $.userId)))
    .prepare(),
)

const addVisit = query<{ roomId: number; userId: number }>()((db, $) =>
  db
    .insert(visits)
    .values({ roomId: $.roomId, userId: $.userId })
    .onConflictDoNothing()
    .returning({ id: visits.id })
    .prepare(),
)

const addLaterViewer = query<{ roomId: number }>()((db, $) =>
  db
    .update(rooms)
    .set({ laterViewers: sql`${rooms.laterViewers} + 1` })
    .where(and(eq(rooms.id, $.roomId), eq(rooms.state, "finished")))
    .returning({ id: rooms.id })
    .prepare(),
)

/**
 * Admits someone and counts the visit before the socket opens, so that nobody is in a room uncounted. Who was there live is
 * not counted again for watching the playback.
 */
export async function enter(app: App, { user }: Session, roomId: number): Promise<Room> {
  const room = await admit(app, user.id, roomId)
  if (room.ownerId === user.id) return room
  const visit = { roomId, userId: user.id }
  const seen = await visitOf(app.db.read, visit)
  if (seen.length > 0) return room
  await write(app, async (tx) => {
    const added = await addVisit(tx, visit)
    // What was counted until a live room's end was settled then.
    if (added.length > 0) await addLaterViewer(tx, { roomId })
  })
  return room
}

const standingOf = query<{ sessionId: number; roomId: number }>()((db, $) =>
  db
    .select({
      endReason: sessions.endReason,
      bannedUntil: users.bannedUntil,
      state: rooms.state,
      recordingId: recordings.id,
      blockId: blocks.id,
    })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(rooms, eq(rooms.id, $.roomId))
    .leftJoin(recordings, isRecordingOfRoom)
    .leftJoin(blocks, and(eq(blocks.blockerId, rooms.ownerId), eq(blocks.blockedId, sessions.userId)))
    .where(eq(sessions.id, $.sessionId))
    .prepare(),
)

/**
 * Sends away who was let in while the room closed, the playback was deleted, the host blocked them, the session ended or the
 * account was closed, and whom those therefore passed by.
 */
export async function expelTooLate(app: App, seat: Seat): Promise<void> {
  const [standing] = await standingOf(app.db.read, seat)
  if (standing?.endReason) return app.realtime.expel(seat, whyEnded[standing.endReason])
  if (standing?.bannedUntil === bannedForever) return app.realtime.expel(seat, "account.banned_forever")
  if (seat.roomId === 0) return
  const isThere = seat.isPlayback ? standing?.recordingId != null : standing?.state === "live"
  if (!isThere) return app.realtime.expel(seat, "room.not_live")
  if (standing?.blockId != null) app.realtime.expel(seat, "social.blocked")
}
