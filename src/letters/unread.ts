import { eq, sql } from "drizzle-orm"
import { type Db, query } from "../db/query.ts"
import { unreadLetters } from "./tables.ts"

const add = query<{ userId: number; by: number }>()((db, $) =>
  db
    .insert(unreadLetters)
    .values({ userId: $.userId, count: $.by })
    .onConflictDoUpdate({ target: unreadLetters.userId, set: { count: sql`${unreadLetters.count} + ${$.by}` } })
    .returning({ count: unreadLetters.count })
    .prepare(),
)

const subtract = query<{ userId: number; by: number }>()((db, $) =>
  db
    .update(unreadLetters)
    .set({ count: sql`${unreadLetters.count} - ${$.by}` })
    .where(eq(unreadLetters.userId, $.userId))
    .returning({ count: unreadLetters.count })
    .prepare(),
)

/** Counts one letter more to be read, inside the write that brings it. */
export const countUnread = (tx: Db, userId: number) => add(tx, { userId, by: 1 })

/** Counts letters as read, or as gone unread, inside the write that makes them so. */
export const discountUnread = (tx: Db, userId: number, letters: number) => subtract(tx, { userId, by: letters })

const countOf = query<{ userId: number }>()((db, $) =>
  db.select({ count: unreadLetters.count }).from(unreadLetters).where(eq(unreadLetters.userId, $.userId)).prepare(),
)

/** How many letters a person has not read, over all conversations. */
export async function unreadOf(db: Db, userId: number): Promise<number> {
  const [unread] = await countOf(db, { userId })
  return unread?.count ?? 0
}
