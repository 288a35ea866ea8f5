import { and, type Column, desc, eq, lt, notExists, type Placeholder } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { blocks } from "./tables.ts"

const blockOf = query<{ blockerId: number; blockedId: number }>()((db, $) =>
  db
    .select({ id: blocks.id })
    .from(blocks)
    .where(and(eq(blocks.blockerId, $.blockerId), eq(blocks.blockedId, $.blockedId)))
    .prepare(),
)

/** Whether one person is on the other's black list. */
export async function isBlocked(db: Db, pair: { blockerId: number; blockedId: number }): Promise<boolean> {
  const found = await blockOf(db, pair)
  return found.length > 0
}

/** Makes sure that a person may turn to another. @throws {Refusal} `social.blocked` by either of the two */
export async function assertNeitherBlocked(db: Db, personId: number, otherId: number): Promise<void> {
  if (await isBlocked(db, { blockerId: otherId, blockedId: personId })) refuse("social.blocked")
  if (await isBlocked(db, { blockerId: personId, blockedId: otherId })) {
    refuse("social.blocked", { message: "You have blocked that user." })
  }
}

/** Holds in a query where neither of two people has blocked the other. */
export function noBlockBetween(db: Db, readerId: Placeholder<string, number>, personId: Column) {
  const block = (blockerId: Column | typeof readerId, blockedId: Column | typeof readerId) =>
    db
      .select({ id: blocks.id })
      .from(blocks)
      .where(and(eq(blocks.blockerId, blockerId), eq(blocks.blockedId, blockedId)))
  return and(notExists(block(readerId, personId)), notExists(block(personId, readerId)))
}

const pageOf = query<{ blockerId: number } & ReturnType<typeof pageBounds>>()((db, $) => {
  const page = db
    .select({ id: blocks.id, blockedId: blocks.blockedId })
    .from(blocks)
    .where(and(eq(blocks.blockerId, $.blockerId), lt(blocks.id, $.before)))
    .orderBy(desc(blocks.id))
    .limit($.limit)
    .offset($.offset)
    .as("page")
  return db
    .select({
      id: page.id,
      person: {
        id: users.id,
        nickName: users.nickName,
        image: users.image,
        location: users.location,
        signature: users.signature,
        userExp: users.userExp,
        anchorExp: users.anchorExp,
      },
    })
    .from(page)
    .innerJoin(users, eq(users.id, page.blockedId))
    .orderBy(desc(page.id))
    .prepare()
})

/** Somebody on a black list; `id` is the row's. */
export type Blocked = Awaited<ReturnType<typeof pageOf>>[number]

/** A page of whom a person has blocked, the latest first. */
export const blockedBy = (db: Db, blockerId: number, page: Page): Promise<Blocked[]> =>
  pageOf(db, { blockerId, ...pageBounds(page) })
