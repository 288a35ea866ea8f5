import { and, count, eq, inArray, isNull, ne } from "drizzle-orm"
import { banOn } from "../accounts/ban.ts"
import { users } from "../accounts/tables.ts"
import { type User, userColumns } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { promise } from "../db/outbox.ts"
import { type Db, query } from "../db/query.ts"
import type { After } from "../db/write.ts"
import type { RtcRole } from "../providers/rtc/index.ts"
import { rooms } from "../rooms/tables.ts"
import { blocks } from "../social/tables.ts"
import { farewellFrame } from "./frames.ts"
import { type GuestState, guests } from "./tables.ts"

/** Everything that decides whether somebody may be on stage, read anew each time: no ban, block or loss of the right is missed. */
const standingOf = query<{ roomId: number; userId: number }>()((db, $) =>
  db
    .select({
      ownerId: rooms.ownerId,
      canLinkMic: users.canLinkMic,
      bannedUntil: users.bannedUntil,
      guestState: guests.state,
      blockId: blocks.id,
    })
    .from(rooms)
    .innerJoin(users, eq(users.id, $.userId))
    .leftJoin(guests, and(eq(guests.roomId, rooms.id), eq(guests.userId, users.id)))
    .leftJoin(blocks, and(eq(blocks.blockerId, rooms.ownerId), eq(blocks.blockedId, users.id)))
    .where(and(eq(rooms.id, $.roomId), eq(rooms.kind, "conference"), ne(rooms.state, "finished")))
    .prepare(),
)

/** What somebody may act as on the stage of an open conference; undefined for who may not. */
export async function roleOn(app: App, roomId: number, userId: number): Promise<RtcRole | undefined> {
  const [standing] = await standingOf(app.db.read, { roomId, userId })
  return standing && !banOn(standing.bannedUntil, app.now()) ? roleIn(standing, userId) : undefined
}

/** The place that somebody has there, whom a ban keeps from acting and not from looking. */
export async function placeOn(app: App, roomId: number, userId: number): Promise<RtcRole | undefined> {
  const [standing] = await standingOf(app.db.read, { roomId, userId })
  return standing && roleIn(standing, userId)
}

type Standing = Awaited<ReturnType<typeof standingOf>>[number]

function roleIn({ canLinkMic, ownerId, guestState, blockId }: Standing, userId: number): RtcRole | undefined {
  if (!canLinkMic) return undefined
  if (ownerId === userId) return "admin"
  return guestState === "agreed" && blockId === null ? "user" : undefined
}

const ofUser = query<{ userId: number }>()((db, $) =>
  db
    .select({ roomId: guests.roomId })
    .from(guests)
    .innerJoin(rooms, eq(rooms.id, guests.roomId))
    .where(and(eq(guests.userId, $.userId), eq(guests.state, "agreed"), ne(rooms.state, "finished")))
    .prepare(),
)

/** The conference that somebody is a guest of, of which there is one at most. */
export async function stageOf(db: Db, userId: number): Promise<number | undefined> {
  const [stage] = await ofUser(db, { userId })
  return stage?.roomId
}

/** How many guests are on a room's stage. */
export async function guestCount(db: Db, roomId: number): Promise<number> {
  const [there] = await db
    .select({ count: count() })
    .from(guests)
    .where(and(eq(guests.roomId, roomId), eq(guests.state, "agreed")))
  return there?.count ?? 0
}

export interface Guest {
  user: User
  state: GuestState
}

/** Guests of a conference by the order they were asked first, in these states. */
export const guestsOf = (db: Db, roomId: number, ...states: GuestState[]): Promise<Guest[]> =>
  db
    .select({ user: userColumns, state: guests.state })
    .from(guests)
    .innerJoin(users, eq(users.id, guests.userId))
    .where(and(eq(guests.roomId, roomId), inArray(guests.state, states)))
    .orderBy(guests.id)

/**
 * Takes a guest off the stage, inside a write: those who stay are told, and the provider ends the connection.
 *
 * @returns whether the guest was there
 */
export async function leaveStage(app: App, tx: Db, after: After, roomId: number, userId: number): Promise<boolean> {
  const left = await tx
    .update(guests)
    .set({ state: "left", dueAt: null })
    .where(and(eq(guests.roomId, roomId), eq(guests.userId, userId), eq(guests.state, "agreed")))
    .returning({ id: guests.id })
  if (left.length === 0) return false
  await promise(app, tx, after, "conference.left", { roomId, userId })
  const [room] = await tx.select({ hostId: rooms.ownerId }).from(rooms).where(eq(rooms.id, roomId))
  const others = await tx
    .select({ userId: guests.userId })
    .from(guests)
    .where(and(eq(guests.roomId, roomId), eq(guests.state, "agreed")))
  const told = [room?.hostId ?? 0, ...others.map((other) => other.userId)]
  after(() => {
    for (const one of told) app.realtime.toMember(roomId, one, farewellFrame(userId))
  })
  return true
}

/** Notes that a guest is in the room, or until when to be back. */
export const setGuestDue = (tx: Db, roomId: number, userId: number, dueAt: number | null) =>
  tx
    .update(guests)
    .set({ dueAt })
    .where(
      and(
        eq(guests.roomId, roomId),
        eq(guests.userId, userId),
        eq(guests.state, "agreed"),
        dueAt === null ? undefined : isNull(guests.dueAt),
      ),
    )
    .returning({ id: guests.id })
