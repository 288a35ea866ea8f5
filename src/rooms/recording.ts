import { and, count, eq, gt, isNull, or, sum } from "drizzle-orm"
import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { recordings } from "../playback/tables.ts"
import { refuse } from "../refusal.ts"
import { rooms } from "./tables.ts"

/** How long after a room's end its recording may still be on its way, in milliseconds. */
const underWayMax = 10 * 60_000

export const gigabyte = 1_000_000_000

/** Where a recording is kept. */
export type Kept = Pick<typeof recordings.$inferSelect, "provider" | "key">

/** The same, as a room is read with it. */
export const recordingColumns = { provider: recordings.provider, key: recordings.key }

/** Joins a room with its recording, if one was kept. */
export const isRecordingOfRoom = and(eq(recordings.roomId, rooms.id), isNull(recordings.deletedAt))

/**
 * Makes sure that one more room of a host may be saved.
 *
 * @throws {Refusal} `playback.too_many` when the host has, or is about to have, as many recordings as may be kept, or when
 * they take all the room on the disk that a host may use
 */
export async function assertMaySave(app: App, db: Db, hostId: number): Promise<void> {
  const { playbackMax, recordingHostGb } = app.config
  const kept = await recordingsKeptBy(db, hostId)
  if (kept.count + (await recordingsUnderWay(app, db, hostId)) >= playbackMax) refuse("playback.too_many")
  if (kept.bytes >= recordingHostGb * gigabyte) {
    refuse("playback.too_many", { message: "Your playbacks take all the room there is; delete one first." })
  }
}

/** A host's recordings and the bytes they take. */
export async function recordingsKeptBy(db: Db, hostId: number): Promise<{ count: number; bytes: number }> {
  const [kept] = await db
    .select({ count: count(), bytes: sum(recordings.bytes).mapWith(Number) })
    .from(recordings)
    .where(and(eq(recordings.ownerId, hostId), isNull(recordings.deletedAt)))
  return { count: kept?.count ?? 0, bytes: kept?.bytes ?? 0 }
}

/** Rooms whose recording was promised and has not come: without them a host could have too many promised. */
async function recordingsUnderWay(app: App, db: Db, hostId: number): Promise<number> {
  const since = app.now() - underWayMax
  const [coming] = await db
    .select({ count: count() })
    .from(rooms)
    .leftJoin(recordings, eq(recordings.roomId, rooms.id))
    .where(
      and(
        eq(rooms.ownerId, hostId),
        eq(rooms.save, true),
        or(eq(rooms.state, "live"), gt(rooms.finishedAt, since)),
        isNull(recordings.id),
      ),
    )
  return coming?.count ?? 0
}
