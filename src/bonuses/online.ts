import { and, asc, eq, max } from "drizzle-orm"
import type { App } from "../app.ts"
import { lockName } from "../db/lock.ts"
import { type Db, query } from "../db/query.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { issue } from "../wallet/issue.ts"
import { currencies } from "../wallet/ledger.ts"
import { onlineRewards, onlineSteps } from "./tables.ts"

const minute = 60_000

/** How far somebody has come today with the rewards for being connected. */
export interface OnlineDay {
  /** How many rewards a day has. */
  most: number
  taken: number
  /** What comes next; undefined once all are taken. */
  next: { score: number; left: number } | undefined
}

const everyStep = query()((db) =>
  db
    .select({ minutes: onlineSteps.minutes, score: onlineSteps.score })
    .from(onlineSteps)
    .orderBy(asc(onlineSteps.minutes))
    .prepare(),
)

const lastTurn = query<{ userId: number; day: number }>()((db, $) =>
  db
    .select({ turn: max(onlineRewards.turn).mapWith(Number) })
    .from(onlineRewards)
    .where(and(eq(onlineRewards.userId, $.userId), eq(onlineRewards.day, $.day)))
    .prepare(),
)

/** `left` is in milliseconds of being connected; 0 when the reward can be taken. */
async function progress(db: Db, userId: number, day: number, connected: number): Promise<OnlineDay> {
  const steps = await everyStep(db, {})
  const [last] = await lastTurn(db, { userId, day })
  const taken = last?.turn ?? 0
  const step = steps[taken]
  const next = step && { score: step.score, left: Math.max(0, step.minutes * minute - connected) }
  return { most: steps.length, taken, next }
}

/** How somebody stands now. */
export async function onlineDay(app: App, userId: number): Promise<OnlineDay> {
  const { day, connected } = await app.attendance.today(userId)
  return progress(app.db.read, userId, day, connected)
}

/**
 * Takes the next reward for having been connected.
 *
 * @throws {Refusal} `bonus.no_more`, `bonus.too_early`, `request.reused`
 */
export async function takeOnlineReward(app: App, userId: number, request: RequestKey | undefined): Promise<void> {
  const { day, connected } = await app.attendance.today(userId)
  await write(app, (tx) =>
    once(app, tx, request, async () => {
      await lockName(tx, `online reward ${userId}`)
      const { taken, next } = await progress(tx, userId, day, connected)
      if (!next) refuse("bonus.no_more")
      if (next.left > 0) refuse("bonus.too_early")
      const { score } = next
      const [row] = await tx
        .insert(onlineRewards)
        .values({ userId, day, turn: taken + 1, score, createdAt: app.now() })
        .returning({ id: onlineRewards.id })
      const causeId = row?.id ?? refuse("server.unexpected")
      await issue(app, tx, { cause: "online", causeId, userId, currency: currencies.score, amount: score })
    }),
  )
}
