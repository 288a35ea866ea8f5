import { isNull, sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { bool, check, id, index, int, standingId, table, text, uniqueIndex } from "../db/kit.ts"

/** Who follows whom. How many a person follows, and how many follow the person, stand in the person's own row. */
export const follows = table(
  "follows",
  {
    id: id(),
    followerId: int()
      .notNull()
      .references(() => users.id),
    followedId: int()
      .notNull()
      .references(() => users.id),
    createdAt: int().notNull(),
  },
  (t) => [
    uniqueIndex("follows_both").on(t.followerId, t.followedId),
    // A page is found in these alone, whatever comes before it.
    index("follows_followed").on(t.followerId, t.id, t.followedId),
    index("follows_fans").on(t.followedId, t.id, t.followerId),
    check("follows_two", sql`follower_id <> followed_id`),
  ],
)

/** Whom people want nothing to do with: the wire's black list. */
export const blocks = table(
  "blocks",
  {
    id: id(),
    blockerId: int()
      .notNull()
      .references(() => users.id),
    blockedId: int()
      .notNull()
      .references(() => users.id),
    createdAt: int().notNull(),
  },
  (t) => [
    uniqueIndex("blocks_both").on(t.blockerId, t.blockedId),
    index("blocks_blocked").on(t.blockerId, t.id, t.blockedId),
    check("blocks_two", sql`blocker_id <> blocked_id`),
  ],
)

/** What people complain of, for the operator to look at. */
export const reports = table(
  "reports",
  {
    id: standingId(),
    reporterId: int()
      .notNull()
      .references(() => users.id),
    /** Whether the reporter came with a token; otherwise anybody may have put that person's number there. */
    verified: bool().notNull(),
    reportedId: int()
      .notNull()
      .references(() => users.id),
    text: text().notNull(),
    /** The address it came from, or the network of an IPv6 one. */
    ip: text().notNull(),
    createdAt: int().notNull(),
    /** When an operator was done with it, who, and what came of it. */
    settledAt: int(),
    settledBy: text(),
    outcome: text().notNull().default(""),
  },
  (t) => [index("reports_reported").on(t.reportedId, t.id), index("reports_open").on(t.id).where(isNull(t.settledAt))],
)
