import { and, eq, isNull } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { lockRow } from "../db/lock.ts"
import { promise } from "../db/outbox.ts"
import type { Db } from "../db/query.ts"
import { type After, write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { anyRoom, totalsOf } from "../rooms/room.ts"
import type { RoomKind } from "../rooms/tables.ts"
import { ownPlayback, type Recording } from "./playback.ts"
import { recordings } from "./tables.ts"

/** A recording as its provider knows it. */
export type File = Pick<Recording, "provider" | "key">

/**
 * Deletes a user's own playback at once, and its file as soon as its provider does it. Who is watching is told that the room
 * is over.
 *
 * @throws {Refusal} `room.unknown`, `room.not_yours`
 */
export function removePlayback(app: App, userId: number, roomId: number, kind: RoomKind | undefined): Promise<void> {
  return write(app, async (tx, after) => {
    await lockRow(tx, users, userId)
    const playback = await ownPlayback(tx, userId, roomId, kind)
    if (!(await removeIn(app, tx, after, playback))) refuse("room.unknown")
  })
}

/**
 * The same inside a write, whosever it is.
 *
 * @returns false when it was deleted meanwhile, or recommended by a host who wants it kept
 */
export async function removeIn(app: App, tx: Db, after: After, recording: Recording): Promise<boolean> {
  const { recommendedAt } = recordings
  const isAsSeen = recording.recommendedAt === null ? isNull(recommendedAt) : undefined
  const [removed] = await tx
    .update(recordings)
    .set({ deletedAt: app.now(), recommendedAt: null })
    .where(and(eq(recordings.id, recording.id), isNull(recordings.deletedAt), isAsSeen))
    .returning()
  if (!removed) return false
  await promiseDeletion(app, tx, after, removed)
  const watched = await anyRoom(tx, recording.roomId)
  if (watched) await promise(app, tx, after, "room.closed", { roomId: recording.roomId, ...totalsOf(watched.room) })
  return true
}

/** Promises, inside a write, that a provider will delete a file; one that is down is asked again for days. */
export const promiseDeletion = (app: App, tx: Db, after: After, { provider, key }: File) =>
  promise(app, tx, after, "recording.delete", { provider, key })
