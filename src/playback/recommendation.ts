import { and, eq, isNotNull, isNull } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { lockRow } from "../db/lock.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import type { RoomKind } from "../rooms/tables.ts"
import { ownPlayback, type Recording } from "./playback.ts"
import { recordings } from "./tables.ts"

/**
 * Shows one of a user's playbacks on the user's page and among the recommended; it takes the place of the one before.
 *
 * @throws {Refusal} `room.unknown`, `room.not_yours`, `playback.recommended_already`
 */
export function recommend(app: App, userId: number, roomId: number, kind: RoomKind | undefined): Promise<void> {
  return write(app, async (tx) => {
    await lockRow(tx, users, userId)
    const { id, recommendedAt } = await ownPlayback(tx, userId, roomId, kind)
    if (recommendedAt !== null) refuse("playback.recommended_already")
    await withdraw(tx, userId)
    const [chosen] = await tx
      .update(recordings)
      .set({ recommendedAt: app.now() })
      .where(and(eq(recordings.id, id), isNull(recordings.deletedAt)))
      .returning({ id: recordings.id })
    if (!chosen) refuse("room.unknown")
  })
}

/** Recommends nothing any more; having recommended nothing is fine. */
export function cancelRecommendation(app: App, userId: number): Promise<void> {
  return write(app, async (tx) => {
    await lockRow(tx, users, userId)
    await withdraw(tx, userId)
  })
}

const withdraw = (tx: Db, ownerId: number) =>
  tx
    .update(recordings)
    .set({ recommendedAt: null })
    .where(and(eq(recordings.ownerId, ownerId), isNotNull(recordings.recommendedAt)))
    .returning({ id: recordings.id })

const ofOwner = query<{ ownerId: number }>()((db, $) =>
  db
    .select()
    .from(recordings)
    .where(and(eq(recordings.ownerId, $.ownerId), isNotNull(recordings.recommendedAt)))
    .prepare(),
)

/** What a user recommends, if anything. */
export async function recommendationOf(db: Db, ownerId: number): Promise<Recording | undefined> {
  const [chosen] = await ofOwner(db, { ownerId })
  return chosen
}
