import { and, eq } from "drizzle-orm"
import { assertNotBanned } from "../accounts/ban.ts"
import { type Amendment, amendUser, type User, userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import { gags, rooms } from "../rooms/tables.ts"

/** @throws {Refusal} `account.unknown`, `account.other_banned` */
export async function profileOf(app: App, userId: number): Promise<User> {
  const user = await userById(app.db.read, userId)
  assertNotBanned(user, app.now())
  return user
}

const gagInRoomOf = query<{ hostId: number; userId: number }>()((db, $) =>
  db
    .select({ id: gags.id })
    .from(gags)
    .innerJoin(rooms, eq(rooms.id, gags.roomId))
    .where(and(eq(gags.userId, $.userId), eq(rooms.ownerId, $.hostId), eq(rooms.state, "live")))
    .prepare(),
)

/** Whether a user is gagged in the live room of another. */
export async function isGaggedBy(app: App, hostId: number, userId: number): Promise<boolean> {
  const found = await gagInRoomOf(app.db.read, { hostId, userId })
  return found.length > 0
}

/**
 * Changes what a person says of themselves.
 *
 * @throws {Refusal} `input.sensitive`, naming the parameter `names` gives for the field; `account.nickname_taken`
 */
export async function changeProfile(
  app: App,
  userId: number,
  change: Amendment,
  names: { nickName?: string; signature?: string } = {},
): Promise<void> {
  app.words.assertClean(names.nickName ?? "nick_name", change.nickName ?? "")
  app.words.assertClean(names.signature ?? "sign", change.signature ?? "")
  if (Object.keys(change).length > 0) await amendUser(app, userId, change)
}
