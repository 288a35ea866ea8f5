import { and, eq, isNull } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { lockRow } from "../db/lock.ts"
import type { Db } from "../db/query.ts"
import { type After, write } from "../db/write.ts"
import type { MediaProviderName, Recording as News } from "../providers/media/index.ts"
import { noticeFrame } from "../realtime/notice.ts"
import { recordingsKeptBy } from "../rooms/recording.ts"
import { type RoomKind, rooms } from "../rooms/tables.ts"
import type { Recording } from "./playback.ts"
import { promiseDeletion } from "./removal.ts"
import { recordings } from "./tables.ts"

type Saved = Pick<Recording, "provider" | "key" | "seconds" | "bytes">

type Outcome = "kept" | "known" | "deleted" | "another room's"

/**
 * Keeps a recording that a provider says can be played, once, however often it is told; the playback is there as soon as the
 * room has finished. Of several recordings of a room, as a host leaves who changes the line, the longest is kept.
 * What is not kept is deleted at its provider: of a room nobody asked to save or a reservation that was dropped, one
 * recording too many, one whose playback was deleted before this news came.
 */
export async function recorded(app: App, provider: MediaProviderName, roomId: number, news: News): Promise<void> {
  const saved = { provider, key: news.key, seconds: Math.floor(news.seconds), bytes: Math.floor(news.bytes) }
  const outcome = await write<Outcome>(app, async (tx, after) => {
    if (!(await isFree(tx, roomId, saved))) return "another room's"
    const [room] = await tx.select({ ownerId: rooms.ownerId }).from(rooms).where(eq(rooms.id, roomId))
    // In turn with the host's next broadcast and with other news: what is counted stays so until this is written.
    if (room) await lockRow(tx, users, room.ownerId)
    return keepOrDelete(app, tx, after, roomId, saved)
  })
  app.log[outcome === "another room's" ? "warn" : "info"]("recording", { roomId, ...saved, outcome })
}

/** A file that is another room's is neither kept twice nor deleted. */
async function isFree(tx: Db, roomId: number, { provider, key }: Saved): Promise<boolean> {
  const [holder] = await tx
    .select({ roomId: recordings.roomId })
    .from(recordings)
    .where(and(eq(recordings.provider, provider), eq(recordings.key, key)))
  return holder === undefined || holder.roomId === roomId
}

async function keepOrDelete(app: App, tx: Db, after: After, roomId: number, saved: Saved): Promise<Outcome> {
  const [found] = await tx
    .select({ room: rooms, recording: recordings })
    .from(rooms)
    .leftJoin(recordings, eq(recordings.roomId, rooms.id))
    .where(eq(rooms.id, roomId))
  const { room, recording } = found ?? {}
  if (!room?.save || recording?.deletedAt != null) {
    await promiseDeletion(app, tx, after, saved)
    return "deleted"
  }
  if (recording) return replace(app, tx, after, recording, saved)
  return add(app, tx, after, room, saved)
}

async function add(
  app: App,
  tx: Db,
  after: After,
  { id: roomId, ownerId, kind }: { id: number; ownerId: number; kind: RoomKind },
  saved: Saved,
): Promise<Outcome> {
  const savedAt = app.now()
  const isTooMany = (await recordingsKeptBy(tx, ownerId)).count >= app.config.playbackMax
  await tx
    .insert(recordings)
    .values({ roomId, ownerId, kind, ...saved, savedAt, deletedAt: isTooMany ? savedAt : null })
    .returning({ id: recordings.id })
  if (!isTooMany) return "kept"
  await promiseDeletion(app, tx, after, saved)
  const notice = "Your broadcast was not kept: you have as many playbacks as can be."
  after(() => app.realtime.toUser(ownerId, noticeFrame(notice)))
  return "deleted"
}

async function replace(app: App, tx: Db, after: After, former: Recording, saved: Saved): Promise<Outcome> {
  const isSame = former.provider === saved.provider && former.key === saved.key
  const isMore = saved.seconds > former.seconds || (isSame && saved.bytes > former.bytes)
  if (isMore) {
    await tx
      .update(recordings)
      .set(saved)
      .where(and(eq(recordings.id, former.id), isNull(recordings.deletedAt)))
      .returning({ id: recordings.id })
  }
  if (!isSame) await promiseDeletion(app, tx, after, isMore ? former : saved)
  return isMore ? "kept" : isSame ? "known" : "deleted"
}
