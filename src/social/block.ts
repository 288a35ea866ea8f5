import { and, eq } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { lockRows } from "../db/lock.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { rooms } from "../rooms/tables.ts"
import { endFollow } from "./follow.ts"
import { blocks } from "./tables.ts"

/**
 * Puts somebody on a person's black list, which ends what follows there are between the two, and sends the blocked one out
 * of the blocker's room; doing so twice is fine.
 *
 * @throws {Refusal} `input.invalid` for oneself, `account.unknown`
 */
export function block(app: App, blockerId: number, blockedId: number): Promise<void> {
  if (blockedId === blockerId) refuse("input.invalid", { message: 'The parameter "blackid" is your own account.' })
  return write(app, async (tx, after) => {
    await lockRows(tx, users, [blockerId, blockedId])
    await userById(tx, blockedId)
    await add(tx, blockerId, blockedId, app.now())
    await endFollow(tx, { followerId: blockerId, followedId: blockedId })
    await endFollow(tx, { followerId: blockedId, followedId: blockerId })
    after(() => sendOut(app, blockerId, blockedId))
  })
}

const add = (tx: Db, blockerId: number, blockedId: number, createdAt: number) =>
  tx.insert(blocks).values({ blockerId, blockedId, createdAt }).onConflictDoNothing().returning({ id: blocks.id })

const ownerOf = query<{ roomId: number }>()((db, $) =>
  db.select({ id: rooms.ownerId }).from(rooms).where(eq(rooms.id, $.roomId)).prepare(),
)

/** Whoever is still on the way in is turned away on arrival. */
async function sendOut(app: App, blockerId: number, blockedId: number): Promise<void> {
  const roomId = app.realtime.roomOf(blockedId)
  if (roomId === undefined) return
  const [owner] = await ownerOf(app.db.read, { roomId })
  if (owner?.id === blockerId) app.realtime.expelFrom(roomId, blockedId, "social.blocked")
}

/** Takes somebody off a person's black list; not being there is fine. */
export async function unblock(app: App, blockerId: number, blockedId: number): Promise<void> {
  await write(app, (tx) =>
    tx
      .delete(blocks)
      .where(and(eq(blocks.blockerId, blockerId), eq(blocks.blockedId, blockedId)))
      .returning({ id: blocks.id }),
  )
}
