import { and, desc, eq, gt, isNull, lt } from "drizzle-orm"
import { bannedForever, banOn } from "../accounts/ban.ts"
import { isErased } from "../accounts/personal.ts"
import { users } from "../accounts/tables.ts"
import { setBan, type User, userById } from "../accounts/user.ts"
import { roles } from "../admin/tables.ts"
import type { App } from "../app.ts"
import { actorOf, audit } from "../audit/audit.ts"
import { leaveStage, stageOf } from "../conferences/stage.ts"
import { lockRow } from "../db/lock.ts"
import { type Page, pageBounds } from "../db/page.ts"
import type { Db } from "../db/query.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { type After, write } from "../db/write.ts"
import { violationFrame } from "../realtime/notice.ts"
import { refuse } from "../refusal.ts"
import { takeOffAir } from "../rooms/off_air.ts"
import { liveRoomOf } from "../rooms/room.ts"
import { bans } from "./tables.ts"

/** Nobody is suspended for longer than so many milliseconds from now: what is meant for good should say so. */
const longest = 100 * 365 * 86_400_000

export interface Sentence {
  userId: number
  /** Seconds that are added to the end of the ban there is, or to now. */
  ban: "none" | "forever" | { seconds: number }
  /** Kept with the ban alone: the operators' log never forgets, not even of who is erased. */
  why: string
  request: RequestKey | undefined
}

/**
 * Suspends somebody for a time or for good, or lifts that. Who is suspended goes off the air at once, and every socket of
 * theirs is told and closed. Where nothing changes nothing is done.
 *
 * @returns until when, in milliseconds; 0 when not at all
 * @throws {Refusal} `account.unknown`, also for who was erased; `session.forbidden` for who acts for the operator;
 * `input.invalid` for a time added to a ban for good, or one that comes to a hundred years; `request.reused`
 */
export async function sentence(app: App, actor: string, { userId, ban, why, request }: Sentence): Promise<number> {
  const onAir = await liveRoomOf(app.db.read, userId)
  if (onAir) await app.realtime.attend(onAir.id)
  return write(app, (tx, after) =>
    once(app, tx, request, async () => {
      await lockRow(tx, users, userId)
      const user = await userById(tx, userId)
      if (isErased(user)) refuse("account.unknown")
      await assertNoOperator(tx, actor, userId)
      const former = banOn(user.bannedUntil, app.now()) ? user.bannedUntil : 0
      const until = endOf(app, ban, former)
      if (until === former) return until
      const placed = await replaceBan(app, tx, actor, { userId, until, why })
      if (until > 0) await removeFrom(app, tx, after, user, until)
      const act = until > 0 ? "user.ban" : "user.unban"
      const detail = placed ? { ban: placed, until: until === bannedForever ? "forever" : until } : {}
      await audit(app, tx, { actor, act, target: actorOf(userId), detail })
      return until
    }),
  )
}

/** A moderator who could suspend the others, or the admin, would be the only one left. */
async function assertNoOperator(tx: Db, actor: string, userId: number): Promise<void> {
  if (actor === actorOf(userId)) refuse("session.forbidden", { message: "Nobody decides about a ban of their own." })
  const held = await tx.select({ id: roles.id }).from(roles).where(eq(roles.userId, userId))
  if (held.length > 0) {
    refuse("session.forbidden", { message: "This account acts for the operator: take its roles away first." })
  }
}

function endOf(app: App, ban: Sentence["ban"], former: number): number {
  if (ban === "none") return 0
  if (ban === "forever") return bannedForever
  if (former === bannedForever) {
    refuse("input.invalid", { message: "This account is closed for good: there is no end to add time to." })
  }
  const until = Math.max(former, app.now()) + ban.seconds * 1_000
  if (until > app.now() + longest) {
    refuse("input.invalid", {
      message: 'The parameter "forbid_time" makes a hundred years: close the account for good.',
    })
  }
  return until
}

/** @returns the id of the ban that stands now, if one does */
async function replaceBan(app: App, tx: Db, actor: string, next: { userId: number; until: number; why: string }) {
  const now = app.now()
  await setBan(tx, next.userId, next.until)
  await tx
    .update(bans)
    .set({ liftedAt: now, liftedBy: actor })
    .where(and(eq(bans.userId, next.userId), isNull(bans.liftedAt), gt(bans.until, now)))
    .returning({ id: bans.id })
  if (next.until === 0) return undefined
  const [placed] = await tx
    .insert(bans)
    .values({ ...next, placedBy: actor, placedAt: now })
    .returning({ id: bans.id })
  return placed?.id ?? refuse("server.unexpected")
}

async function removeFrom(app: App, tx: Db, after: After, { id }: User, until: number): Promise<void> {
  const isForever = until === bannedForever
  const words = violationFrame(
    isForever ? "Your account was closed for good." : "Your account was suspended for a time.",
  )
  // Ahead of the room's end, which the host's own socket would not live to hear.
  after(() => app.realtime.dismiss(id, isForever ? "account.banned_forever" : "account.banned", words))
  await takeOffAir(app, tx, after, id, "admin")
  const stage = await stageOf(tx, id)
  if (stage !== undefined) await leaveStage(app, tx, after, stage, id)
}

export type Ban = typeof bans.$inferSelect

/** A ban, and whom it concerns. */
export interface BanEntry {
  ban: Ban
  nickName: string
}

/** Everybody's bans, or one person's, the newest first; of those that count, only such as were not lifted and have not run out. */
export function bansOf(
  app: App,
  { userId, standing }: { userId?: number | undefined; standing: boolean },
  page: Page,
): Promise<BanEntry[]> {
  const { before, limit, offset } = pageBounds(page)
  return app.db.read
    .select({ ban: bans, nickName: users.nickName })
    .from(bans)
    .innerJoin(users, eq(users.id, bans.userId))
    .where(
      and(
        lt(bans.id, before),
        userId === undefined ? undefined : eq(bans.userId, userId),
        standing ? and(isNull(bans.liftedAt), gt(bans.until, app.now())) : undefined,
      ),
    )
    .orderBy(desc(bans.id))
    .limit(limit)
    .offset(offset)
}
