import { count, eq } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { User } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { type Act, audit } from "../audit/audit.ts"
import { lockRow } from "../db/lock.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import { noticeFrame } from "../realtime/notice.ts"
import { refuse } from "../refusal.ts"
import { anyRoom, type Totals, totalsOf } from "../rooms/room.ts"
import { visits } from "../rooms/tables.ts"
import { conferenceById, openConferenceOf } from "./conference.ts"
import { endConference } from "./ending.ts"
import { leaveStage, stageOf } from "./stage.ts"
import { throwOut } from "./tending.ts"

/**
 * Ends a host's own conference, or takes a guest off the stage.
 *
 * @returns what the conference came to, or has come to so far for a guest; a conference never opened comes to nothing
 * @throws {Refusal} `conference.none` for who is neither
 */
export async function exitConference(app: App, user: User): Promise<Totals> {
  const own = await openConferenceOf(app.db.read, user.id)
  if (own) {
    await app.realtime.attend(own.id)
    const totals = await write(app, async (tx, after) => {
      await lockRow(tx, users, user.id)
      const room = await openConferenceOf(tx, user.id)
      return room && endConference(app, tx, after, room, "host")
    })
    return totals ?? refuse("conference.none")
  }
  return write(app, async (tx, after) => {
    await lockRow(tx, users, user.id)
    const roomId = await stageOf(tx, user.id)
    if (roomId === undefined) refuse("conference.none")
    await leaveStage(app, tx, after, roomId, user.id)
    return soFar(app, tx, roomId)
  })
}

/**
 * Takes a guest off the stage of the host's own conference.
 *
 * @returns what the conference has come to so far
 * @throws {Refusal} `conference.none`, `conference.not_invited` for who is not on its stage
 */
export async function throwGuestOut(app: App, host: User, guestId: number): Promise<Totals> {
  const own = await openConferenceOf(app.db.read, host.id)
  if (!own) refuse("conference.none")
  if (!(await throwOut(app, own.id, guestId, () => true))) {
    refuse("conference.not_invited", { message: "That user is not on stage." })
  }
  return soFar(app, app.db.read, own.id)
}

async function soFar(app: App, db: Db, roomId: number): Promise<Totals> {
  const { room } = (await anyRoom(db, roomId)) ?? refuse("conference.none")
  const [seen] = await db.select({ viewers: count() }).from(visits).where(eq(visits.roomId, roomId))
  const now = app.now()
  return totalsOf({ ...room, startedAt: room.startedAt ?? now, finishedAt: now, viewers: seen?.viewers ?? 0 })
}

/**
 * Ends anybody's conference for the operator.
 *
 * @throws {Refusal} `conference.unknown`, `conference.finished`
 */
export async function deleteConference(app: App, actor: Act["actor"], roomId: number): Promise<void> {
  const { room } = await conferenceById(app.db.read, roomId)
  await app.realtime.attend(roomId)
  await write(app, async (tx, after) => {
    await lockRow(tx, users, room.ownerId)
    const { room: now } = await conferenceById(tx, roomId)
    if (!(await endConference(app, tx, after, now, "admin"))) refuse("conference.finished")
    const detail = { host: room.ownerId }
    await audit(app, tx, { actor, act: "conference.delete", target: `room ${roomId}`, detail })
    after(() => app.realtime.toUser(room.ownerId, noticeFrame("Your conference was ended by an administrator.")))
  })
}
