import { aliasedTable, and, desc, eq, lt } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { rooms } from "../rooms/tables.ts"
import { follows } from "./tables.ts"

type Bounds = { userId: number } & ReturnType<typeof pageBounds>

const person = {
  id: users.id,
  nickName: users.nickName,
  image: users.image,
  cover: users.cover,
  sex: users.sex,
  signature: users.signature,
  userExp: users.userExp,
  anchorExp: users.anchorExp,
}

const liveRoom = { id: rooms.id, itype: rooms.itype, line: rooms.line }
/** Joins a person with the room they are live in, of which there is one at most. */
const isLiveIn = and(eq(rooms.ownerId, users.id), eq(rooms.state, "live"), eq(rooms.kind, "live"))

const back = aliasedTable(follows, "back")

// The page's rows are found in an index alone before anything is joined to them: what is passed over costs little.
const fansPage = query<Bounds>()((db, $) => {
  const page = db
    .select({ id: follows.id, followerId: follows.followerId })
    .from(follows)
    .where(and(eq(follows.followedId, $.userId), lt(follows.id, $.before)))
    .orderBy(desc(follows.id))
    .limit($.limit)
    .offset($.offset)
    .as("page")
  return db
    .select({ id: page.id, person, backId: back.id, room: liveRoom })
    .from(page)
    .innerJoin(users, eq(users.id, page.followerId))
    .leftJoin(back, and(eq(back.followerId, $.userId), eq(back.followedId, users.id)))
    .leftJoin(rooms, isLiveIn)
    .orderBy(desc(page.id))
    .prepare()
})

/** Somebody who follows a person; `backId` tells that the person follows back. */
export type Fan = Awaited<ReturnType<typeof fansPage>>[number]

/** A page of who follows a person, the latest first. */
export const fansOf = (db: Db, userId: number, page: Page): Promise<Fan[]> =>
  fansPage(db, { userId, ...pageBounds(page) })

const followedPage = query<Bounds>()((db, $) => {
  const page = db
    .select({ id: follows.id, followedId: follows.followedId })
    .from(follows)
    .where(and(eq(follows.followerId, $.userId), lt(follows.id, $.before)))
    .orderBy(desc(follows.id))
    .limit($.limit)
    .offset($.offset)
    .as("page")
  return db
    .select({ id: page.id, person, room: liveRoom })
    .from(page)
    .innerJoin(users, eq(users.id, page.followedId))
    .leftJoin(rooms, isLiveIn)
    .orderBy(desc(page.id))
    .prepare()
})

/** Somebody whom a person follows, with the room they are live in. */
export type Followed = Awaited<ReturnType<typeof followedPage>>[number]

/** A page of whom a person follows, the latest first. */
export const followedBy = (db: Db, userId: number, page: Page): Promise<Followed[]> =>
  followedPage(db, { userId, ...pageBounds(page) })

const oneFollowed = query<{ followerId: number; followedId: number }>()((db, $) =>
  db
    .select({ id: follows.id, person, room: liveRoom })
    .from(follows)
    .innerJoin(users, eq(users.id, follows.followedId))
    .leftJoin(rooms, isLiveIn)
    .where(and(eq(follows.followerId, $.followerId), eq(follows.followedId, $.followedId)))
    .prepare(),
)

/** One of those a person follows. @throws {Refusal} `social.not_followed` */
export async function followedPerson(db: Db, followerId: number, followedId: number): Promise<Followed> {
  const [found] = await oneFollowed(db, { followerId, followedId })
  return found ?? refuse("social.not_followed")
}
