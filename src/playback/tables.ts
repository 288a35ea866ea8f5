import { isNotNull, isNull, sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { check, index, int, standingId, table, text, uniqueIndex } from "../db/kit.ts"
import type { MediaProviderName } from "../providers/media/index.ts"
import { type RoomKind, rooms } from "../rooms/tables.ts"

/**
 * What was kept of broadcasts, one recording a room; it is a playback once the room has finished. A deleted one leaves its
 * row, by which a provider's late news of it is known.
 */
export const recordings = table(
  "recordings",
  {
    id: standingId(),
    roomId: int()
      .notNull()
      .references(() => rooms.id),
    /** The room's, which never change: lists go by them. */
    ownerId: int()
      .notNull()
      .references(() => users.id),
    kind: text().$type<RoomKind>().notNull(),
    /** Who keeps it, and by what name. */
    provider: text().$type<MediaProviderName>().notNull(),
    key: text().notNull(),
    seconds: int().notNull(),
    /** 0 where the provider does not tell. */
    bytes: int().notNull(),
    savedAt: int().notNull(),
    recommendedAt: int(),
    deletedAt: int(),
  },
  (t) => [
    uniqueIndex("recordings_room").on(t.roomId),
    uniqueIndex("recordings_key").on(t.provider, t.key),
    // A user recommends one at most, whatever arrives at once.
    uniqueIndex("recordings_favourite").on(t.ownerId).where(isNotNull(t.recommendedAt)),
    index("recordings_recommended").on(t.kind, t.roomId).where(isNotNull(t.recommendedAt)),
    index("recordings_owner").on(t.ownerId, t.kind, t.roomId).where(isNull(t.deletedAt)),
    // What all of them take is summed up from this alone, and the oldest found by it.
    index("recordings_disk").on(t.deletedAt, t.recommendedAt, t.roomId, t.bytes),
    check("recordings_whole", sql`seconds >= 0 and bytes >= 0 and (recommended_at is null or deleted_at is null)`),
  ],
)
