import { and, eq } from "drizzle-orm"
import { assertMayAct } from "../accounts/ban.ts"
import type { Session } from "../accounts/session.ts"
import { users } from "../accounts/tables.ts"
import type { User } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { lockRow } from "../db/lock.ts"
import type { Db } from "../db/query.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { write } from "../db/write.ts"
import type { Line } from "../providers/media/index.ts"
import { assertRealName } from "../real_names/real_name.ts"
import { refuse } from "../refusal.ts"
import { promiseLiveNotice } from "../social/live_notice.ts"
import { assertMaySave } from "./recording.ts"
import {
  endRehearsal,
  finishRoom,
  liveRoomOf,
  type Room,
  reservationOf,
  roomById,
  type Totals,
  totalsOf,
} from "./room.ts"
import { rooms } from "./tables.ts"

/** How long a room waits for a host who never came, in milliseconds. */
export const firstGrace = 300_000

/** Reserves a live id for a host, or renews the reservation there is. */
export function reserve(app: App, host: User, line: Line): Promise<Room> {
  return write(app, async (tx) => {
    await lockRow(tx, users, host.id)
    return reserveIn(app, tx, host, line)
  })
}

async function reserveIn(app: App, tx: Db, host: User, line: Line): Promise<Room> {
  const held = await reservationOf(tx, host.id)
  const reservation = { line, reservedAt: app.now() }
  const renewed = held && (await tx.update(rooms).set(reservation).where(eq(rooms.id, held.id)).returning())
  const [room] = renewed?.length
    ? renewed
    : await tx
        .insert(rooms)
        .values({ ownerId: host.id, state: "reserved", ...reservation })
        .returning()
  return room ?? refuse("server.unexpected")
}

/** Drops a host's reservation, and whatever is pushed to it; having none is fine. */
export function cancelReservation(app: App, host: User): Promise<unknown> {
  return write(app, async (tx, after) => {
    await lockRow(tx, users, host.id)
    const dropped = await tx
      .delete(rooms)
      .where(and(eq(rooms.ownerId, host.id), eq(rooms.state, "reserved"), eq(rooms.kind, "live")))
      .returning({ id: rooms.id, streaming: rooms.streaming })
    for (const one of dropped) await endRehearsal(app, tx, after, one)
  })
}

export interface Opening {
  name: string
  /** Where the host says to be; the profile's place when not told. */
  location: string | undefined
  itype: 1 | 2
  save: boolean
  gameType: number
  slowSeconds: number
  request: RequestKey | undefined
}

/**
 * Turns a host's reservation into a live room, reserving one on line 1 if there is none; a room or conference
 * still open is closed properly first.
 *
 * @returns the room's id
 * @throws {Refusal} `input.sensitive`, `room.no_cover`, `account.banned`, `realname.missing`, `realname.pending`, `playback.too_many`,
 * `request.reused`
 */
export async function openRoom(app: App, host: User, opening: Opening): Promise<number> {
  const { name, location = host.location, itype, save, gameType, slowSeconds, request } = opening
  app.words.assertClean("room_name", name)
  if (itype === 1 && host.cover === "") refuse("room.no_cover")
  return write(app, async (tx, after) => {
    await lockRow(tx, users, host.id)
    return once(app, tx, request, async () => {
      await assertMayAct(app, tx, host.id)
      await assertRealName(tx, host.id)
      if (save) await assertMaySave(app, tx, host.id)
      const former = await liveRoomOf(tx, host.id)
      if (former) await finishRoom(app, tx, after, former.id, "replaced")
      const held = await reservationOf(tx, host.id)
      const { id, streaming } = await reserveIn(app, tx, host, (held?.line ?? 1) as Line)
      const startedAt = app.now()
      const hostDueAt = streaming ? null : startedAt + firstGrace
      const opened = {
        state: "live",
        name,
        location,
        itype,
        save,
        gameType,
        slowSeconds,
        startedAt,
        hostDueAt,
      } as const
      await tx.update(rooms).set(opened).where(eq(rooms.id, id)).returning({ id: rooms.id })
      // Who pushes already, on whatever line, is kept from here on; who begins later is looked up then.
      const record = () => app.media.all.map((provider) => provider.record?.(id))
      if (save) after(record)
      await promiseLiveNotice(app, tx, after, host, { id, name })
      return id
    })
  })
}

/**
 * Ends a host's own broadcast.
 *
 * @returns its totals, and whether it had ended before
 * @throws {Refusal} `room.unknown`, `room.not_yours`
 */
export async function closeRoom(app: App, host: User, roomId: number): Promise<{ totals: Totals; wasOver: boolean }> {
  const { room } = await roomById(app.db.read, roomId)
  if (room.ownerId !== host.id) refuse("room.not_yours")
  await app.realtime.attend(roomId)
  const totals = await write(app, (tx, after) => finishRoom(app, tx, after, roomId, "host"))
  if (totals) return { totals, wasOver: false }
  const { room: finished } = await roomById(app.db.read, roomId)
  return { totals: totalsOf(finished), wasOver: true }
}

/**
 * A fresh push address for a host to go on with, on another line if told.
 *
 * @throws {Refusal} `room.unknown`, `room.not_yours`, `room.over`, `room.no_stream` for a conference
 */
export async function pushAddress(
  app: App,
  { user }: Session,
  roomId: number,
  line: Line | undefined,
): Promise<string> {
  const { room } = await roomById(app.db.read, roomId)
  if (room.ownerId !== user.id) refuse("room.not_yours")
  if (room.state === "finished") refuse("room.over")
  if (room.kind === "conference") refuse("room.no_stream")
  if (line !== undefined && line !== room.line) {
    await write(app, (tx) => tx.update(rooms).set({ line }).where(eq(rooms.id, roomId)).returning({ id: rooms.id }))
  }
  return app.media.on(line ?? room.line).pushAddress(roomId)
}
