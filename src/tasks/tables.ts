import { sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { check, id, index, int, json, standingId, table, text, uniqueIndex } from "../db/kit.ts"
import type { Platform } from "../payments/tables.ts"

/** What a task asks for, by its number on the wire: rounds of a game won, gifts given. */
export const targets = { win: 0, gift: 1 } as const
export type Target = keyof typeof targets

/** Versions of the tasks of a platform; the newest row is the one in force. */
export const taskTables = table(
  "task_tables",
  {
    id: standingId(),
    platform: text().$type<Platform>().notNull(),
    /** Numbers with points between: `2.0`. */
    version: text().notNull(),
    createdAt: int().notNull(),
  },
  (t) => [uniqueIndex("task_tables_version").on(t.platform, t.version)],
)

/** What can be done every day for a reward. */
export const tasks = table(
  "tasks",
  {
    id: standingId(),
    tableId: int()
      .notNull()
      .references(() => taskTables.id),
    /**
     * What apps know it by. One number is the same task on every platform and in every version: whoever has two phones is
     * rewarded once a day for it.
     */
    number: int().notNull(),
    name: text().notNull(),
    target: int().notNull(),
    /** How many. */
    param: int().notNull(),
    /** The reward: 1 diamond, 2 rice, 3 score, and how much of it. */
    currency: int().notNull().default(3),
    amount: int().notNull(),
  },
  (t) => [
    uniqueIndex("tasks_number").on(t.tableId, t.number),
    index("tasks_by_number").on(t.number),
    check("tasks_sound", sql`target in (0, 1) and param > 0 and currency in (1, 2, 3) and amount > 0`),
  ],
)

/** How far somebody has come towards a target on the day it was last worked on. */
export const taskProgress = table(
  "task_progress",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    target: int().notNull(),
    /** Days since 1970 in the server's zone; on another day nothing is done yet. */
    day: int().notNull(),
    /** Nothing is counted beyond what any task asks for. */
    count: int().notNull(),
    /** When the day's count came to what tasks ask for, by that number, in milliseconds since 1970. */
    reached: json().$type<Record<string, number>>().notNull(),
  },
  (t) => [uniqueIndex("task_progress_user").on(t.userId, t.target), index("task_progress_day").on(t.day)],
)

/** Rewards taken, as they were then. */
export const taskClaims = table(
  "task_claims",
  {
    id: standingId(),
    userId: int()
      .notNull()
      .references(() => users.id),
    taskId: int()
      .notNull()
      .references(() => tasks.id),
    day: int().notNull(),
    number: int().notNull(),
    currency: int().notNull(),
    amount: int().notNull(),
    createdAt: int().notNull(),
  },
  (t) => [uniqueIndex("task_claims_once").on(t.userId, t.day, t.number)],
)
