import { and, desc, eq, gt, lt, lte, or } from "drizzle-orm"
import { assertNotBanned } from "../accounts/ban.ts"
import { users } from "../accounts/tables.ts"
import { type User, userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { type Page, pageSize } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import { giftPairs } from "./tables.ts"

/** How many rows of a board can be reached by page numbers; `before` reaches them all. */
const rowsByNumber = 1_000

const person = {
  id: users.id,
  nickName: users.nickName,
  image: users.image,
  userExp: users.userExp,
  anchorExp: users.anchorExp,
}

/** One line of a board: who, and for how many diamonds. */
export interface Standing {
  id: number
  diamonds: number
  person: { id: number; nickName: string; image: string; userExp: number; anchorExp: number }
}

type Side = "giverId" | "receiverId"

interface Start {
  diamonds: number
  id: number
  limit: number
  offset: number
}

/** The rows of one person's board: `mine` is that person's side, and the other side is who stands on it. */
const pairBoard = (mine: Side, theirs: Side) =>
  query<Start & { userId: number }>()((db, $) =>
    db
      .select({ id: giftPairs.id, diamonds: giftPairs.diamonds, person })
      .from(giftPairs)
      .innerJoin(users, eq(users.id, giftPairs[theirs]))
      .where(
        and(
          eq(giftPairs[mine], $.userId),
          lte(giftPairs.diamonds, $.diamonds),
          or(lt(giftPairs.diamonds, $.diamonds), lt(giftPairs.id, $.id)),
        ),
      )
      .orderBy(desc(giftPairs.diamonds), desc(giftPairs.id))
      .limit($.limit)
      .offset($.offset)
      .prepare(),
  )

const received = pairBoard("receiverId", "giverId")
const given = pairBoard("giverId", "receiverId")

const everybody = query<Start>()((db, $) =>
  db
    .select({ id: users.id, diamonds: users.userExp, person })
    .from(users)
    .where(
      and(gt(users.userExp, 0), lte(users.userExp, $.diamonds), or(lt(users.userExp, $.diamonds), lt(users.id, $.id))),
    )
    .orderBy(desc(users.userExp), desc(users.id))
    .limit($.limit)
    .offset($.offset)
    .prepare(),
)

const pairById = query<{ id: number }>()((db, $) =>
  db.select({ diamonds: giftPairs.diamonds }).from(giftPairs).where(eq(giftPairs.id, $.id)).prepare(),
)
const giverById = query<{ id: number }>()((db, $) =>
  db.select({ diamonds: users.userExp }).from(users).where(eq(users.id, $.id)).prepare(),
)

/**
 * Whose board is asked for: the reader's own, unless another person is named.
 *
 * @throws {Refusal} `account.unknown`, `account.other_banned`
 */
export async function ownerOfBoard(app: App, reader: User, named: number | undefined): Promise<number> {
  if (named === undefined || named === reader.id) return reader.id
  assertNotBanned(await userById(app.db.read, named), app.now())
  return named
}

/** Who gave to a person, the most generous first. */
export async function giversTo(db: Db, userId: number, page: Page): Promise<Standing[]> {
  const start = await startOf(db, page, pairById)
  return start ? received(db, { userId, ...start }) : []
}

/** To whom a person gave, the best endowed first. */
export async function receiversFrom(db: Db, userId: number, page: Page): Promise<Standing[]> {
  const start = await startOf(db, page, pairById)
  return start ? given(db, { userId, ...start }) : []
}

/** Who gave most of all. */
export async function biggestGivers(db: Db, page: Page): Promise<Standing[]> {
  const start = await startOf(db, page, giverById)
  return start ? everybody(db, start) : []
}

type FindRow = (db: Db, row: { id: number }) => Promise<{ diamonds: number }[]>

/** Where a page begins: after the row `before` as it stands now, or so many pages from the top; undefined past the end. */
async function startOf(db: Db, { index, before }: Page, find: FindRow): Promise<Start | undefined> {
  if (before !== undefined) {
    const [row] = await find(db, { id: before })
    return row && { diamonds: row.diamonds, id: before, limit: pageSize, offset: 0 }
  }
  const offset = index * pageSize
  if (offset >= rowsByNumber) return undefined
  return { diamonds: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER, limit: pageSize, offset }
}
