import { and, eq, isNotNull } from "drizzle-orm"
import { assertNotBanned } from "../accounts/ban.ts"
import { users } from "../accounts/tables.ts"
import { type Amendment, amendUser } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import { recordings } from "../playback/tables.ts"
import { refuse } from "../refusal.ts"
import { gags, rooms } from "../rooms/tables.ts"
import { follows } from "../social/tables.ts"

const publicById = query<{ id: number }>()((db, $) =>
  db
    .select({
      id: users.id,
      nickName: users.nickName,
      sex: users.sex,
      signature: users.signature,
      location: users.location,
      school: users.school,
      image: users.image,
      focus: users.focus,
      fans: users.fans,
      userExp: users.userExp,
      anchorExp: users.anchorExp,
      bannedUntil: users.bannedUntil,
      recommendedRoom: recordings.roomId,
      recommendedKind: recordings.kind,
    })
    .from(users)
    .leftJoin(recordings, and(eq(recordings.ownerId, users.id), isNotNull(recordings.recommendedAt)))
    .where(eq(users.id, $.id))
    .prepare(),
)

/** What others may see of a person. */
export type Profile = Awaited<ReturnType<typeof publicById>>[number]

/** @throws {Refusal} `account.unknown`, `account.other_banned` */
export async function profileOf(app: App, userId: number): Promise<Profile> {
  const [profile] = await publicById(app.db.read, { id: userId })
  if (!profile) refuse("account.unknown")
  assertNotBanned(profile, app.now())
  return profile
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

const followOf = query<{ followerId: number; followedId: number }>()((db, $) =>
  db
    .select({ id: follows.id })
    .from(follows)
    .where(and(eq(follows.followerId, $.followerId), eq(follows.followedId, $.followedId)))
    .prepare(),
)

/** Whether a user follows another. */
export async function isFollowedBy(app: App, followerId: number, followedId: number): Promise<boolean> {
  const found = await followOf(app.db.read, { followerId, followedId })
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
