import { and, count, eq, inArray, ne } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { User } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { lockName, lockRow } from "../db/lock.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { anyRoom, type HostedRoom, type Room } from "../rooms/room.ts"
import { rooms } from "../rooms/tables.ts"
import { assertMay } from "./state.ts"

/**
 * A conference that is not over.
 *
 * @throws {Refusal} `conference.unknown`, `conference.finished`
 */
export async function conferenceById(db: Db, roomId: number): Promise<HostedRoom> {
  const found = await anyRoom(db, roomId)
  if (found?.room.kind !== "conference") refuse("conference.unknown")
  if (found.room.state === "finished") refuse("conference.finished")
  return found
}

/**
 * The same, for its host alone.
 *
 * @throws {Refusal} `conference.unknown`, `conference.finished`, `conference.not_yours`
 */
export async function ownConference(db: Db, hostId: number, roomId: number): Promise<Room> {
  const { room } = await conferenceById(db, roomId)
  if (room.ownerId !== hostId) refuse("conference.not_yours")
  return room
}

const openOf = query<{ ownerId: number }>()((db, $) =>
  db
    .select()
    .from(rooms)
    .where(and(eq(rooms.ownerId, $.ownerId), eq(rooms.kind, "conference"), ne(rooms.state, "finished")))
    .prepare(),
)

/** The conference that a host has made and not ended, of which there is one at most. */
export async function openConferenceOf(db: Db, hostId: number): Promise<Room | undefined> {
  const [room] = await openOf(db, { ownerId: hostId })
  return room
}

const openCount = query()((db) =>
  db
    .select({ count: count() })
    .from(rooms)
    .where(and(inArray(rooms.state, ["reserved", "live"]), eq(rooms.kind, "conference")))
    .prepare(),
)

/**
 * Gives a host a conference of their own, on line 1.
 *
 * @returns its id
 * @throws {Refusal} `conference.open_already` with its `rid`, `conference.full`
 */
export function createConference(app: App, host: User): Promise<number> {
  return write(app, async (tx) => {
    await lockRow(tx, users, host.id)
    // However many come at once, no more are given out than there are.
    await lockName(tx, "conferences")
    const open = await openConferenceOf(tx, host.id)
    if (open) refuse("conference.open_already", { data: { rid: String(open.id) } })
    const [taken] = await openCount(tx, {})
    if ((taken?.count ?? 0) >= app.config.conferencesMax) refuse("conference.full")
    const [made] = await tx
      .insert(rooms)
      .values({ ownerId: host.id, kind: "conference", state: "reserved", line: 1, reservedAt: app.now() })
      .returning({ id: rooms.id })
    return made?.id ?? refuse("server.unexpected")
  })
}

/** What a host calls a conference, and where it is; undefined leaves what was said before. */
export interface Title {
  name: string | undefined
  location: string | undefined
}

/**
 * Settles a conference's title and place.
 *
 * @throws {Refusal} `input.sensitive`, `conference.in_use` and whatever {@link ownConference} throws
 */
export function confirmConference(app: App, host: User, roomId: number, { name, location }: Title): Promise<void> {
  if (name !== undefined) app.words.assertClean("room_name", name)
  return write(app, async (tx) => {
    await lockRow(tx, users, host.id)
    const room = await ownConference(tx, host.id, roomId)
    assertMay(room, "confirm")
    await tx
      .update(rooms)
      .set({
        name: name ?? room.name,
        location: location ?? (room.location || host.location),
        confirmedAt: app.now(),
        reservedAt: app.now(),
      })
      .where(eq(rooms.id, roomId))
      .returning({ id: rooms.id })
  })
}
