import { and, count, desc, eq, lt, sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { type User, userColumns } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { promise } from "../db/outbox.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import type { After } from "../db/write.ts"
import { recordings } from "../playback/tables.ts"
import { refuse } from "../refusal.ts"
import { noBlockBetween } from "../social/blocked.ts"
import { isRecordingOfRoom, type Kept, recordingColumns } from "./recording.ts"
import { type EndCause, type RoomKind, rooms, visits } from "./tables.ts"

export type Room = typeof rooms.$inferSelect

/** A room with whom it belongs to. */
export interface HostedRoom {
  room: Room
  owner: User
  /** What it is played from once it has finished, if it was kept. */
  recording?: Kept | null
}

const byId = query<{ id: number }>()((db, $) =>
  db
    .select({ room: rooms, owner: userColumns, recording: recordingColumns })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.ownerId))
    .leftJoin(recordings, isRecordingOfRoom)
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

const reservedOf = query<{ ownerId: number }>()((db, $) =>
  db
    .select()
    .from(rooms)
    .where(and(eq(rooms.ownerId, $.ownerId), eq(rooms.state, "reserved"), eq(rooms.kind, "live")))
    .prepare(),
)

/** A host's reservation of a live room, of which there is one at most. */
export async function reservationOf(db: Db, ownerId: number): Promise<Room | undefined> {
  const [room] = await reservedOf(db, { ownerId })
  return room
}

const onAirOf = query<{ ownerId: number }>()((db, $) =>
  db
    .select()
    .from(rooms)
    .where(and(eq(rooms.ownerId, $.ownerId), eq(rooms.state, "live")))
    .prepare(),
)

/** What a host has on the air: one room or conference at most, since opening either ends the other. */
export async function liveRoomOf(db: Db, ownerId: number): Promise<Room | undefined> {
  const [room] = await onAirOf(db, { ownerId })
  return room
}

const addRice = query<{ ownerId: number; rice: number }>()((db, $) =>
  db
    .update(rooms)
    .set({ rice: sql`${rooms.rice} + ${$.rice}` })
    .where(and(eq(rooms.ownerId, $.ownerId), eq(rooms.state, "live")))
    .returning({ id: rooms.id, rice: rooms.rice })
    .prepare(),
)

/**
 * Counts rice for what a host has on the air, which cannot finish before the write ends.
 *
 * @returns the room with what it has earned so far, or undefined when the host is not live
 */
export async function earnInLiveRoom(tx: Db, ownerId: number, rice: number) {
  const [room] = await addRice(tx, { ownerId, rice })
  return room
}

type Bounds = { kind: string; readerId: number } & ReturnType<typeof pageBounds>

const livePage = (hidesBlocked: boolean) =>
  query<Bounds>()((db, $) =>
    db
      .select({ room: rooms, owner: userColumns })
      .from(rooms)
      .innerJoin(users, eq(users.id, rooms.ownerId))
      .where(
        and(
          eq(rooms.state, "live"),
          eq(rooms.kind, $.kind as never),
          lt(rooms.id, $.before),
          hidesBlocked ? noBlockBetween(db, $.readerId, rooms.ownerId) : undefined,
        ),
      )
      .orderBy(desc(rooms.id))
      .limit($.limit)
      .offset($.offset)
      .prepare(),
  )

const allLive = livePage(false)
const liveUnblocked = livePage(true)

/** A page of live rooms, the newest first; with a reader, without the hosts who are blocked either way. */
export function liveRooms(db: Db, page: Page, kind: RoomKind = "live", readerId?: number): Promise<HostedRoom[]> {
  const rooms = readerId === undefined ? allLive : liveUnblocked
  return rooms(db, { kind, readerId: readerId ?? 0, ...pageBounds(page) })
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
    .set({
      state: "finished",
      finishedAt: app.now(),
      endCause,
      hostDueAt: null,
      streaming: false,
      viewers: seen?.viewers ?? 0,
    })
    .where(and(eq(rooms.id, roomId), eq(rooms.state, "live")))
    .returning()
  if (!finished) return undefined
  const totals = totalsOf(finished)
  await promise(app, tx, after, "room.closed", { roomId, ...totals })
  await promise(app, tx, after, "stream.close", { roomId })
  cutStream(app, after, roomId)
  if (finished.kind === "conference") await promise(app, tx, after, "conference.closed", { roomId })
  return totals
}

/** Ends what is pushed to a reservation that was dropped, inside the write that does so. */
export async function endRehearsal(
  app: App,
  tx: Db,
  after: After,
  { id, streaming }: Pick<Room, "id" | "streaming">,
): Promise<void> {
  if (streaming) await promise(app, tx, after, "stream.close", { roomId: id })
  cutStream(app, after, id)
}

/** What this process carries is cut at once: promises wait in line behind providers that may not answer. */
function cutStream(app: App, after: After, roomId: number): void {
  after(() => {
    for (const provider of app.media.all) provider.cut?.(roomId)
  })
}
