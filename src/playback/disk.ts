import { and, asc, eq, gt, isNotNull, isNull, sum } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { gigabyte, recordingsKeptBy } from "../rooms/recording.ts"
import { rooms } from "../rooms/tables.ts"
import { removeIn } from "./removal.ts"
import { recordings } from "./tables.ts"

/** Recordings deleted in one write, and writes in one run. */
const batch = 20
const writesMax = 50

const ownerOf = query<{ roomId: number }>()((db, $) =>
  db.select({ id: rooms.ownerId }).from(rooms).where(eq(rooms.id, $.roomId)).prepare(),
)

/**
 * Whether a room's recording may grow to so many bytes, going by what its host and all together have kept. It sums up
 * what the database has, at 0.05 ms for a thousand recordings: to be asked once a segment, not once a packet.
 *
 * @param bytes what this recording takes, or is about to
 * @param underWay the same for all recordings under way at this moment, this one included
 */
export async function mayKeep(app: App, roomId: number, bytes: number, underWay = bytes): Promise<boolean> {
  const { recordingHostGb, recordingTotalGb, recordingEvict } = app.config
  const [host] = await ownerOf(app.db.read, { roomId })
  if (!host) return false
  const kept = await recordingsKeptBy(app.db.read, host.id)
  if (kept.bytes + bytes > recordingHostGb * gigabyte) return false
  const [total, recommended] = [await bytesOf(all, app.db.read), await bytesOf(allRecommended, app.db.read)]
  // The others make room when it is needed.
  return (recordingEvict ? recommended : total) + underWay <= recordingTotalGb * gigabyte
}

const all = query()((db) =>
  db
    .select({ bytes: sum(recordings.bytes).mapWith(Number) })
    .from(recordings)
    .where(isNull(recordings.deletedAt))
    .prepare(),
)

const allRecommended = query()((db) =>
  db
    .select({ bytes: sum(recordings.bytes).mapWith(Number) })
    .from(recordings)
    .where(and(isNull(recordings.deletedAt), isNotNull(recordings.recommendedAt)))
    .prepare(),
)

async function bytesOf(some: typeof all, db: Db): Promise<number> {
  const [taken] = await some(db, {})
  return taken?.bytes ?? 0
}

/**
 * Deletes the oldest recordings that nobody recommends until the others take no more than they may, where the operator
 * wants that; a room on the air keeps what it has.
 */
export async function evictOldest(app: App): Promise<void> {
  if (!app.config.recordingEvict) return
  const most = app.config.recordingTotalGb * gigabyte
  let over = (await bytesOf(all, app.db.read)) - most
  for (let writes = 0; over > 0 && writes < writesMax; writes++) {
    const freed = await evictSome(app, over)
    if (freed === 0) return app.log.warn("recordings take more than they may, and none can go", { bytes: over })
    app.log.info("recordings evicted", { bytes: freed })
    over -= freed
  }
}

/** @returns the bytes that are free now; 0 when nothing can go */
function evictSome(app: App, over: number): Promise<number> {
  return write(app, async (tx, after) => {
    const oldest = await tx
      .select({ recording: recordings })
      .from(recordings)
      .innerJoin(rooms, eq(rooms.id, recordings.roomId))
      .where(
        and(
          isNull(recordings.deletedAt),
          isNull(recordings.recommendedAt),
          gt(recordings.bytes, 0),
          eq(rooms.state, "finished"),
        ),
      )
      .orderBy(asc(recordings.roomId))
      .limit(batch)
    let freed = 0
    for (const { recording } of oldest) {
      if (freed >= over) break
      if (await removeIn(app, tx, after, recording)) freed += recording.bytes
    }
    return freed
  })
}
