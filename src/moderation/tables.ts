import { isNull } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { id, index, int, table, text } from "../db/kit.ts"

/** Who was suspended or closed, until when and why. What counts is the user's own `bannedUntil`; of a user's bans one stands. */
export const bans = table(
  "bans",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    /** In milliseconds; `bannedForever` in `accounts/ban.ts` means for good. */
    until: int().notNull(),
    /** As the operators put it among themselves. */
    why: text().notNull(),
    placedBy: text().notNull(),
    placedAt: int().notNull(),
    /** When it was lifted, or another took its place; null while it stands or has run out. */
    liftedAt: int(),
    liftedBy: text(),
  },
  (t) => [index("bans_user").on(t.userId, t.id), index("bans_standing").on(t.id).where(isNull(t.liftedAt))],
)
