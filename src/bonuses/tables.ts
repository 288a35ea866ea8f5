import { isNotNull, sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { check, id, index, int, standingId, table, text, uniqueIndex } from "../db/kit.ts"

/** What the days of a sign-in run are worth, in the order of their turns; after the last the first comes again. */
export const signInDays = table(
  "sign_in_days",
  { id: id(), turn: int().notNull(), name: text().notNull(), score: int().notNull() },
  (t) => [uniqueIndex("sign_in_days_turn").on(t.turn), check("sign_in_days_positive", sql`score > 0`)],
)

/** Sign-in bonuses taken, as they were then. */
export const signIns = table(
  "sign_ins",
  {
    id: standingId(),
    userId: int()
      .notNull()
      .references(() => users.id),
    /** Days since 1970 in the server's zone. */
    day: int().notNull(),
    /** Which day of the run it was, from 1. */
    turn: int().notNull(),
    score: int().notNull(),
    createdAt: int().notNull(),
  },
  (t) => [uniqueIndex("sign_ins_once").on(t.userId, t.day)],
)

/** The last day on which somebody marked the day. */
export const dailyMarks = table(
  "daily_marks",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    day: int().notNull(),
  },
  (t) => [uniqueIndex("daily_marks_user").on(t.userId)],
)

/** What being connected is worth, after so many minutes of a day. */
export const onlineSteps = table(
  "online_steps",
  { id: id(), minutes: int().notNull(), score: int().notNull() },
  (t) => [
    uniqueIndex("online_steps_minutes").on(t.minutes),
    check("online_steps_positive", sql`minutes > 0 and score > 0`),
  ],
)

/** Online rewards taken, as they were then. */
export const onlineRewards = table(
  "online_rewards",
  {
    id: standingId(),
    userId: int()
      .notNull()
      .references(() => users.id),
    day: int().notNull(),
    /** Which of the day's it was, from 1. */
    turn: int().notNull(),
    score: int().notNull(),
    createdAt: int().notNull(),
  },
  (t) => [uniqueIndex("online_rewards_once").on(t.userId, t.day, t.turn)],
)

/** How long somebody was connected on the last day they were; somebody in whom it is still growing has `since`. */
export const onlineTimes = table(
  "online_times",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    day: int().notNull(),
    /** Milliseconds, without the stretch under way. */
    spent: int().notNull(),
    /** When the stretch under way began, in milliseconds since 1970; null for who is not connected. */
    since: int(),
  },
  (t) => [
    uniqueIndex("online_times_user").on(t.userId),
    index("online_times_day").on(t.day),
    index("online_times_open").on(t.since).where(isNotNull(t.since)),
  ],
)

/** When the server was last known to be alive with somebody connected: one row, which ends open stretches after a crash. */
export const onlinePulse = table("online_pulse", { id: id(), at: int().notNull() })
