import { and, desc, eq, isNotNull, isNull, lt, lte } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { userColumns } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { assertMaySave } from "../rooms/recording.ts"
import type { HostedRoom } from "../rooms/room.ts"
import { type RoomKind, rooms } from "../rooms/tables.ts"
import { noBlockBetween } from "../social/blocked.ts"
import { recordings } from "./tables.ts"

export type Recording = typeof recordings.$inferSelect

/** A finished room that can be watched again. */
export interface Playback extends HostedRoom {
  recording: Recording
}

type Bounds = { kind: string } & ReturnType<typeof pageBounds>

const ofOwner = query<Bounds & { ownerId: number }>()((db, $) =>
  db
    .select({ room: rooms, owner: userColumns, recording: recordings })
    .from(recordings)
    .innerJoin(rooms, eq(rooms.id, recordings.roomId))
    .innerJoin(users, eq(users.id, recordings.ownerId))
    .where(
      and(
        eq(recordings.ownerId, $.ownerId),
        eq(recordings.kind, $.kind as never),
        isNull(recordings.deletedAt),
        eq(rooms.state, "finished"),
        lt(recordings.roomId, $.before),
      ),
    )
    .orderBy(desc(recordings.roomId))
    .limit($.limit)
    .offset($.offset)
    .prepare(),
)

/** A page of what a host has kept, the newest first. */
export const playbacksOf = (db: Db, ownerId: number, kind: RoomKind, page: Page): Promise<Playback[]> =>
  ofOwner(db, { ownerId, kind, ...pageBounds(page) })

const recommended = query<Bounds & { now: number; readerId: number }>()((db, $) =>
  db
    .select({ room: rooms, owner: userColumns, recording: recordings })
    .from(recordings)
    .innerJoin(rooms, eq(rooms.id, recordings.roomId))
    .innerJoin(users, eq(users.id, recordings.ownerId))
    .where(
      and(
        eq(recordings.kind, $.kind as never),
        isNotNull(recordings.recommendedAt),
        lt(recordings.roomId, $.before),
        lte(users.bannedUntil, $.now),
        noBlockBetween(db, $.readerId, recordings.ownerId),
      ),
    )
    .orderBy(desc(recordings.roomId))
    .limit($.limit)
    .offset($.offset)
    .prepare(),
)

/**
 * A page of what hosts recommend, the newest first; a banned host's is kept back until the ban is over.
 *
 * @param readerId whose blocks hide hosts, either way; nobody's when not told
 */
export const recommendedPlaybacks = (app: App, kind: RoomKind, page: Page, readerId = 0): Promise<Playback[]> =>
  recommended(app.db.read, { kind, now: app.now(), readerId, ...pageBounds(page) })

/**
 * A user's own playback, to change it.
 *
 * @param kind which kind it must be; any when not told
 * @throws {Refusal} `room.unknown` where nothing can be watched again, `room.not_yours`
 */
export async function ownPlayback(
  db: Db,
  userId: number,
  roomId: number,
  kind: RoomKind | undefined,
): Promise<Recording> {
  const [found] = await db
    .select({ recording: recordings })
    .from(recordings)
    .innerJoin(rooms, eq(rooms.id, recordings.roomId))
    .where(and(eq(recordings.roomId, roomId), isNull(recordings.deletedAt), eq(rooms.state, "finished")))
  if (!found || (kind !== undefined && found.recording.kind !== kind)) {
    refuse("room.unknown", { message: "There is no such playback." })
  }
  if (found.recording.ownerId !== userId) refuse("room.not_yours")
  return found.recording
}

/** Tells a host beforehand whether the next broadcast can be saved. @throws {Refusal} `playback.too_many` */
export const assertRoomForAnother = (app: App, hostId: number): Promise<void> => assertMaySave(app, app.db.read, hostId)
