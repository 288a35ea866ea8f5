import { and, eq } from "drizzle-orm"
import { type Session, whyEnded } from "../accounts/session.ts"
import { sessions } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import { write } from "../db/write.ts"
import type { Seat } from "../realtime/seat.ts"
import { refuse } from "../refusal.ts"
import { anyRoom, type Room } from "./room.ts"
import { rooms, visits } from "./tables.ts"

/**
 * Whether someone may enter a room's chat.
 *
 * @throws {Refusal} `room.unknown`, `room.no_chat` for a room not yet live, `room.too_late` for a host whose room closed
 * while away, `room.not_live`
 */
export async function admit(app: App, userId: number, roomId: number): Promise<Room> {
  const found = await anyRoom(app.db.read, roomId)
  if (!found) refuse("room.unknown")
  const { room } = found
  if (room.state === "reserved") refuse("room.no_chat")
  if (room.state === "finished") {
    refuse(room.ownerId === userId && room.endCause === "abandoned" ? "room.too_late" : "room.not_live")
  }
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

/** Admits someone and counts the visit before the socket opens, so that nobody is in a room uncounted. */
export async function enter(app: App, { user }: Session, roomId: number): Promise<Room> {
  const room = await admit(app, user.id, roomId)
  if (room.ownerId === user.id) return room
  const visit = { roomId, userId: user.id }
  const seen = await visitOf(app.db.read, visit)
  if (seen.length === 0) await write(app, (tx) => addVisit(tx, visit))
  return room
}

const standingOf = query<{ sessionId: number; roomId: number }>()((db, $) =>
  db
    .select({ endReason: sessions.endReason, state: rooms.state })
    .from(sessions)
    .leftJoin(rooms, eq(rooms.id, $.roomId))
    .where(eq(sessions.id, $.sessionId))
    .prepare(),
)

/** Sends away who was let in while the room closed or the session ended, and whom those therefore passed by. */
export async function expelTooLate(app: App, seat: Seat): Promise<void> {
  const [standing] = await standingOf(app.db.read, seat)
  if (standing?.endReason) app.realtime.expel(seat, whyEnded[standing.endReason])
  else if (seat.roomId !== 0 && standing?.state !== "live") app.realtime.expel(seat, "room.not_live")
}
