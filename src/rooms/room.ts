import { and, count, desc, eq, lt, sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { type User, userColumns } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { promise } from "../db/outbox.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import type { After } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { type EndCause, rooms, visits } from "./tables.ts"

export type Room = typeof rooms.$inferSelect

/** A room with whom it belongs to. */
export interface HostedRoom {
  room: Room
  owner: User
}

const byId = query<{ id: number }>()((db, $) =>
  db
    .select({ room: rooms, owner: userColumns })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.ownerId))
    .where(eq(rooms.id, $.id))
    .prepare(),
)

/** Any room that is or was on the air. @throws {Refusal} `room.unknown`, also for a mere reservation */
export async function roomById(db: Db, id: number): Promise<HostedRoom> {
  const found = await anyRoom(db, id)
  if (!found || found.room.state === "reserved") refuse("room.unknown")
  return found
}

/** A room in whatever state, or undefined when the id was never given out. */
export async function anyRoom(db: Db, id: number): Promise<HostedRoom | undefined> {
  const [found] = await byId(db, { id })
  return found
}

const openOf = query<{ ownerId: number; state: string }>()((db, $) =>
  db
    .select()
    .from(rooms)
    .where(and(eq(rooms.ownerId, $.ownerId), eq(rooms.state, $.state as never), eq(rooms.kind, "live")))
    .prepare(),
)

/** A host's live room or reservation, of which there is one at most. */
export async function openRoomOf(db: Db, ownerId: number, state: "live" | "reserved"): Promise<Room | undefined> {
  const [room] = await openOf(db, { ownerId, state })
  return room
}

const addRice = query<{ ownerId: number; rice: number }>()((db, $) =>
  db
    .update(rooms)
    .set({ rice: sql`${rooms.rice} + ${$.rice}` })
    .where(and(eq(rooms.ownerId, $.ownerId), eq(rooms.state, "live"), eq(rooms.kind, "live")))
    .returning({ id: rooms.id, rice: rooms.rice })
    .prepare(),
)

/**
 * Counts rice for a host's live room, which cannot finish before the write ends.
 *
 * @returns the room with what it has earned so far, or undefined when the host is not live
 */
export async function earnInLiveRoom(tx: Db, ownerId: number, rice: number) {
  const [room] = await addRice(tx, { ownerId, rice })
  return room
}

const livePage = query<{ before: number; limit: number; offset: number }>()((db, $) =>
  db
    .select({ room: rooms, owner: userColumns })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.ownerId))
    .where(and(eq(rooms.state, "live"), eq(rooms.kind, "live"), lt(rooms.id, $.before)))
    .orderBy(desc(rooms.id))
    .limit($.limit)
    .offset($.offset)
    .prepare(),
)

/** A page of live rooms, the newest first. */
export function liveRooms(db: Db, page: Page): Promise<HostedRoom[]> {
  return livePage(db, pageBounds(page))
}

/** What a broadcast came to. */
export interface Totals {
  seconds: number
  /** Distinct viewers besides the host. */
  viewers: number
  rice: number
}

/** The totals of a room that has finished. */
export const totalsOf = (room: Room): Totals => ({
  seconds: Math.max(0, Math.floor(((room.finishedAt ?? 0) - (room.startedAt ?? 0)) / 1_000)),
  viewers: room.viewers,
  rice: room.rice,
})

/**
 * Settles a live room, inside a write; everybody in it hears of it once that is committed.
 *
 * @returns undefined when the room was not live any more
 */
export async function finishRoom(
  app: App,
  tx: Db,
  after: After,
  roomId: number,
  endCause: EndCause,
): Promise<Totals | undefined> {
  const [seen] = await tx.select({ viewers: count() }).from(visits).where(eq(visits.roomId, roomId))
  const [finished] = await tx
    .update(rooms)
    .set({ state: "finished", finishedAt: app.now(), endCause, hostDueAt: null, viewers: seen?.viewers ?? 0 })
    .where(and(eq(rooms.id, roomId), eq(rooms.state, "live")))
    .returning()
  if (!finished) return undefined
  const totals = totalsOf(finished)
  await promise(app, tx, after, "room.closed", { roomId, ...totals })
  return totals
}
