import { and, desc, eq, lt } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { userColumns } from "../accounts/user.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import type { HostedRoom } from "../rooms/room.ts"
import { rooms } from "../rooms/tables.ts"

/** More than any wall of screens shows. */
const roomsMax = 5_000

const onAir = query()((db) =>
  db
    .select({ room: rooms, owner: userColumns })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.ownerId))
    .where(and(eq(rooms.state, "live"), eq(rooms.kind, "live")))
    .orderBy(desc(rooms.id))
    .limit(roomsMax)
    .prepare(),
)

/** The rooms on the air, the newest first, for whoever watches over them. */
export const roomsOnAir = (db: Db): Promise<HostedRoom[]> => onAir(db, {})

const live = query<ReturnType<typeof pageBounds>>()((db, $) =>
  db
    .select({ room: rooms, owner: userColumns })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.ownerId))
    .where(and(eq(rooms.state, "live"), lt(rooms.id, $.before)))
    .orderBy(desc(rooms.id))
    .limit($.limit)
    .offset($.offset)
    .prepare(),
)

/** A page of what is on the air, conferences too, the newest first. */
export const everythingOnAir = (db: Db, page: Page): Promise<HostedRoom[]> => live(db, pageBounds(page))
