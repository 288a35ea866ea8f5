import { inArray } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { type User, userColumns } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { type Page, pageSize } from "../db/page.ts"
import { isFollowing } from "../social/follow.ts"
import { type HostedRoom, roomById } from "./room.ts"

/** A room and a page of who is in it now, the host left out. */
export interface Attendance extends HostedRoom {
  count: number
  people: User[]
  /** Whether the reader follows the host. */
  followed: boolean
}

/**
 * Who is in a room, by falling id, so that paging neither repeats nor skips whoever stays.
 *
 * @throws {Refusal} `room.unknown`
 */
export async function attendance(app: App, readerId: number, roomId: number, page: Page): Promise<Attendance> {
  const hosted = await roomById(app.db.read, roomId)
  const present = app.realtime.audience(roomId)
  const followed = await isFollowing(app.db.read, { followerId: readerId, followedId: hosted.room.ownerId })
  return { ...hosted, count: present.length, people: await peopleOf(app, pageOf(present, page)), followed }
}

function pageOf(present: number[], { index, before }: Page): number[] {
  const sorted = Float64Array.from(present).sort().reverse()
  const start = before === undefined ? index * pageSize : sorted.findIndex((id) => id < before)
  return start < 0 ? [] : [...sorted.subarray(start, start + pageSize)]
}

async function peopleOf(app: App, ids: number[]): Promise<User[]> {
  if (ids.length === 0) return []
  const rows = await app.db.read.select(userColumns).from(users).where(inArray(users.id, ids))
  return rows.sort((one, other) => other.id - one.id)
}
