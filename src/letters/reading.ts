import { and, desc, eq, gt, lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { lockRow } from "../db/lock.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { type Side, sideById, sideWith } from "./conversation.ts"
import { conversationSides, conversations, letters } from "./tables.ts"
import { discountUnread } from "./unread.ts"

/** A letter that was kept. */
export type Letter = typeof letters.$inferSelect

/**
 * A page of a person's letters with another: page 0 has the newest, and each page is in the order they were written. The
 * newest page marks all as read; leafing back marks nothing, since what came meanwhile is not on it.
 *
 * @returns nothing where there is no conversation
 */
export async function lettersWith(app: App, readerId: number, otherId: number, page: Page): Promise<Letter[]> {
  const side = await sideWith(app.db.read, readerId, otherId)
  return side ? read(app, side, page) : []
}

/** The same by the conversation's number. @throws {Refusal} `letter.unknown_session` */
export async function lettersOf(app: App, readerId: number, conversationId: number, page: Page): Promise<Letter[]> {
  return read(app, await sideById(app.db.read, readerId, conversationId), page)
}

async function read(app: App, side: Side, page: Page): Promise<Letter[]> {
  const isNewest = page.index === 0 && page.before === undefined
  if (!isNewest || side.unread === 0) return pageOf(app.db.read, side, page)
  try {
    return await write(app, (tx) => readIn(tx, side, page))
  } catch (error) {
    // A disk that is full should not keep anybody from reading.
    app.log.error("letters not marked as read", { error })
    return pageOf(app.db.read, side, page)
  }
}

/** Marks as read what it reads, and nothing that comes after it. */
async function readIn(tx: Db, { conversationId, ownerId, otherId }: Side, page: Page): Promise<Letter[]> {
  await lockRow(tx, conversations, conversationId)
  const side = await sideWith(tx, ownerId, otherId)
  if (!side) return []
  await markRead(tx, { sideId: side.id })
  if (side.unread > 0) await discountUnread(tx, ownerId, side.unread)
  return pageOf(tx, side, page)
}

const markRead = query<{ sideId: number }>()((db, $) =>
  db
    .update(conversationSides)
    .set({ unread: 0 })
    .where(eq(conversationSides.id, $.sideId))
    .returning({ id: conversationSides.id })
    .prepare(),
)

const latest = query<{ conversationId: number; clearedUpTo: number } & ReturnType<typeof pageBounds>>()((db, $) =>
  db
    .select()
    .from(letters)
    .where(and(eq(letters.conversationId, $.conversationId), gt(letters.id, $.clearedUpTo), lt(letters.id, $.before)))
    .orderBy(desc(letters.id))
    .limit($.limit)
    .offset($.offset)
    .prepare(),
)

async function pageOf(db: Db, { conversationId, clearedUpTo }: Side, page: Page): Promise<Letter[]> {
  const newestFirst = await latest(db, { conversationId, clearedUpTo, ...pageBounds(page) })
  return newestFirst.reverse()
}
