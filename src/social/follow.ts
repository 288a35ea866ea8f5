import { and, eq } from "drizzle-orm"
import { assertNotBanned } from "../accounts/ban.ts"
import { users } from "../accounts/tables.ts"
import { countFollow, userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { lockRows } from "../db/lock.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { assertNeitherBlocked } from "./blocked.ts"
import { follows } from "./tables.ts"

/** Whom one person may follow at most: who of them is live is looked up one by one. */
export const followedMax = 5_000

interface Pair {
  followerId: number
  followedId: number
}

/**
 * Follows somebody; doing so twice is fine.
 *
 * @throws {Refusal} `social.follow_self`, `account.unknown`, `account.other_banned`, `social.blocked` by either, and
 * `input.invalid` for one too many
 */
export function follow(app: App, followerId: number, followedId: number): Promise<void> {
  if (followedId === followerId) refuse("social.follow_self")
  return write(app, async (tx) => {
    await lockRows(tx, users, [followerId, followedId])
    assertNotBanned(await userById(tx, followedId), app.now())
    await assertNeitherBlocked(tx, followerId, followedId)
    const [added] = await add(tx, { followerId, followedId, at: app.now() })
    if (!added) return
    const followed = await countFollow(tx, followerId, followedId, 1)
    if (followed > followedMax)
      refuse("input.invalid", { message: `You follow ${followedMax} people, which is the most.` })
  })
}

/** Follows somebody no longer. @throws {Refusal} `social.not_followed` */
export function unfollow(app: App, followerId: number, followedId: number): Promise<void> {
  return write(app, async (tx) => {
    await lockRows(tx, users, [followerId, followedId])
    if (!(await endFollow(tx, { followerId, followedId }))) refuse("social.not_followed")
  })
}

/**
 * Ends a follow, if there is one, inside a write that holds both people's rows.
 *
 * @returns whether there was one
 */
export async function endFollow(tx: Db, { followerId, followedId }: Pair): Promise<boolean> {
  const [removed] = await remove(tx, { followerId, followedId })
  if (removed) await countFollow(tx, followerId, followedId, -1)
  return removed !== undefined
}

const add = query<Pair & { at: number }>()((db, $) =>
  db
    .insert(follows)
    .values({ followerId: $.followerId, followedId: $.followedId, createdAt: $.at })
    .onConflictDoNothing()
    .returning({ id: follows.id })
    .prepare(),
)

const remove = query<Pair>()((db, $) =>
  db
    .delete(follows)
    .where(and(eq(follows.followerId, $.followerId), eq(follows.followedId, $.followedId)))
    .returning({ id: follows.id })
    .prepare(),
)

const followOf = query<Pair>()((db, $) =>
  db
    .select({ id: follows.id })
    .from(follows)
    .where(and(eq(follows.followerId, $.followerId), eq(follows.followedId, $.followedId)))
    .prepare(),
)

export async function isFollowing(db: Db, pair: Pair): Promise<boolean> {
  const found = await followOf(db, pair)
  return found.length > 0
}
