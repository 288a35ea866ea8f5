import { and, asc, desc, eq, gt, gte, lt, type SQL } from "drizzle-orm"
import { bytewise, pastPrefix } from "../db/bytewise.ts"
import { type Page, pageBounds } from "../db/page.ts"
import type { Db } from "../db/query.ts"
import { accountKey } from "./phone.ts"
import { users } from "./tables.ts"
import { type User, userColumns } from "./user.ts"

/** Everybody, the newest first. */
export const newestUsers = (db: Db, page: Page): Promise<User[]> => byFallingId(db, page)

/** Who signs in by this phone or name, whatever its case and with or without `+86`. */
export const usersByAccount = (db: Db, account: string, page: Page): Promise<User[]> =>
  byFallingId(db, page, eq(users.accountKey, accountKey(account)))

function byFallingId(db: Db, page: Page, matches?: SQL): Promise<User[]> {
  const { before, limit, offset } = pageBounds(page)
  return select(db)
    .where(and(lt(users.id, before), matches))
    .orderBy(desc(users.id))
    .limit(limit)
    .offset(offset)
}

/** Whose nickname begins like this, capitals counting, in the order of the nicknames; what comes after the person `before`. */
export function usersByNickName(db: Db, beginning: string, { index, before }: Page): Promise<User[]> {
  const { limit } = pageBounds({ index })
  const nickName = bytewise(users.nickName)
  const last = db
    .select({ nickName: users.nickName })
    .from(users)
    .where(eq(users.id, before ?? 0))
  const follows: SQL | undefined = before === undefined ? undefined : gt(nickName, last)
  return select(db)
    .where(and(gte(nickName, beginning), lt(nickName, pastPrefix(beginning)), follows))
    .orderBy(asc(nickName))
    .limit(limit)
    .offset(before === undefined ? index * limit : 0)
}

const select = (db: Db) => db.select(userColumns).from(users)
