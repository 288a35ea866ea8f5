import { and, eq, inArray } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { userColumns } from "../accounts/user.ts"
import { type Page, pageSize } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import { follows } from "../social/tables.ts"
import type { HostedRoom } from "./room.ts"
import { rooms } from "./tables.ts"

// SQLite takes the tables of a cross join as they stand: a person follows few, and any number of rooms may be live.
const liveIds = query<{ followerId: number }>()((db, $) =>
  db
    .select({ id: rooms.id })
    .from(follows)
    .crossJoin(rooms)
    .where(
      and(
        eq(follows.followerId, $.followerId),
        eq(rooms.ownerId, follows.followedId),
        eq(rooms.state, "live"),
        eq(rooms.kind, "live"),
      ),
    )
    .prepare(),
)

/** The live rooms of those a person follows: how many there are, and a page of them, the newest first. */
export async function followedRooms(
  db: Db,
  followerId: number,
  { index, before }: Page,
): Promise<{ count: number; rooms: HostedRoom[] }> {
  const live = (await liveIds(db, { followerId })).map(({ id }) => id).sort((one, other) => other - one)
  const further = before === undefined ? live.slice(index * pageSize) : live.filter((id) => id < before)
  const ids = further.slice(0, pageSize)
  return { count: live.length, rooms: ids.length === 0 ? [] : await hostedRooms(db, ids) }
}

async function hostedRooms(db: Db, ids: number[]): Promise<HostedRoom[]> {
  const found = await db
    .select({ room: rooms, owner: userColumns })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.ownerId))
    .where(inArray(rooms.id, ids))
  return found.sort((one, other) => other.room.id - one.room.id)
}
