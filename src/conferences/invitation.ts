import { and, eq } from "drizzle-orm"
import { assertNotBanned, banOn } from "../accounts/ban.ts"
import { users } from "../accounts/tables.ts"
import { type User, userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { lockRows } from "../db/lock.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { assertNeitherBlocked, isBlocked } from "../social/blocked.ts"
import { openConferenceOf, ownConference } from "./conference.ts"
import { answerFrame, invitationFrame } from "./frames.ts"
import { guestCount, stageOf } from "./stage.ts"
import { guests } from "./tables.ts"

/** How long an invitation can be answered, and a guest who refused it is not asked again, in milliseconds. */
const invitationTtl = 60_000

/**
 * Asks somebody onto the stage of the host's own conference.
 *
 * @throws {Refusal} `conference.invalid` for oneself or a full stage, `account.unknown`, `account.other_banned`,
 * `social.blocked` either way, `conference.not_invited` where one of the two may not be on stage,
 * `chat.on_stage_already`, `socket.reconnecting`, `socket.offline`, `conference.asked_already` and whatever
 * {@link ownConference} throws
 */
export function invite(app: App, host: User, roomId: number, guestId: number): Promise<void> {
  return write(app, async (tx, after) => {
    await lockRows(tx, users, [host.id, guestId])
    await ownConference(tx, host.id, roomId)
    if (guestId === host.id) refuse("conference.invalid", { message: 'The parameter "oid" is your own account.' })
    await assertMayBeAsked(app, tx, host, await userById(tx, guestId))
    if ((await guestCount(tx, roomId)) + 1 >= app.rtc.stageMax) {
      refuse("conference.invalid", { message: `The stage holds ${app.rtc.stageMax} at most.` })
    }
    const askedAt = app.now()
    const [former] = await tx.select().from(guests).where(invitationOf(roomId, guestId))
    if (former && former.state !== "left" && former.askedAt + invitationTtl > askedAt) {
      refuse("conference.asked_already")
    }
    const asked = { state: "asked", askedAt, dueAt: null } as const
    await tx
      .insert(guests)
      .values({ roomId, userId: guestId, ...asked })
      .onConflictDoUpdate({ target: [guests.roomId, guests.userId], set: asked })
      .returning({ id: guests.id })
    after(() => app.realtime.toUser(guestId, invitationFrame(host.id, guestId, roomId)))
  })
}

async function assertMayBeAsked(app: App, tx: Db, host: User, guest: User): Promise<void> {
  assertNotBanned(guest, app.now())
  await assertNeitherBlocked(tx, host.id, guest.id)
  if (!host.canLinkMic) refuse("conference.not_invited", { message: "You may not be on stage any more." })
  if (!guest.canLinkMic) refuse("conference.not_invited", { message: "That user may not be on stage." })
  if (await isOnAStage(tx, guest.id)) refuse("chat.on_stage_already")
  if (app.realtime.isOnline(guest.id)) return
  refuse(app.absences.isRecent(guest.id) ? "socket.reconnecting" : "socket.offline")
}

/** As a guest, or as the host of a conference on the air. */
async function isOnAStage(tx: Db, userId: number): Promise<boolean> {
  if ((await stageOf(tx, userId)) !== undefined) return true
  return (await openConferenceOf(tx, userId))?.state === "live"
}

/**
 * A guest's answer to an invitation. One without a place left on stage can be answered again while it lasts.
 *
 * @throws {Refusal} `account.banned`, `account.banned_forever`, `conference.not_invited` where nobody asks, not any more or
 * not such a guest, `social.blocked`, `chat.on_stage_already` elsewhere, `conference.full`
 */
export function answerInvitation(app: App, guestId: number, hostId: number, agrees: boolean): Promise<void> {
  return write(app, async (tx, after) => {
    await lockRows(tx, users, [hostId, guestId])
    const guest = await userById(tx, guestId)
    const ban = banOn(guest.bannedUntil, app.now())
    if (ban) refuse(ban)
    const room = await openConferenceOf(tx, hostId)
    if (!room) refuse("conference.not_invited")
    const [asked] = await tx.select().from(guests).where(invitationOf(room.id, guestId))
    if (asked?.state !== "asked" || asked.askedAt + invitationTtl <= app.now()) refuse("conference.not_invited")
    if (agrees) await assertMayJoin(app, tx, guest, hostId, room.id)
    await tx
      .update(guests)
      .set({ state: agrees ? "agreed" : "refused", dueAt: null })
      .where(eq(guests.id, asked.id))
      .returning({ id: guests.id })
    after(() => app.realtime.toUser(hostId, answerFrame(guest, agrees)))
  })
}

async function assertMayJoin(app: App, tx: Db, guest: User, hostId: number, roomId: number): Promise<void> {
  if (!guest.canLinkMic) refuse("conference.not_invited")
  if (await isBlocked(tx, { blockerId: hostId, blockedId: guest.id })) refuse("social.blocked")
  if (await isOnAStage(tx, guest.id)) refuse("chat.on_stage_already")
  if ((await guestCount(tx, roomId)) + 1 >= app.rtc.stageMax) refuse("conference.full")
}

const invitationOf = (roomId: number, userId: number) => and(eq(guests.roomId, roomId), eq(guests.userId, userId))
