import { asc, desc, eq } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { issue } from "../wallet/issue.ts"
import { currencies } from "../wallet/ledger.ts"
import { signInDays, signIns } from "./tables.ts"

/** Somebody's run of days signed in without a gap; after its last day another begins. */
export interface Run {
  days: { name: string; score: number }[]
  /** How many of the days' bonuses were taken, the first ones of the run. */
  taken: number
  takenToday: boolean
}

const everyDay = query()((db) =>
  db
    .select({ name: signInDays.name, score: signInDays.score })
    .from(signInDays)
    .orderBy(asc(signInDays.turn))
    .prepare(),
)

const latest = query<{ userId: number }>()((db, $) =>
  db
    .select({ day: signIns.day, turn: signIns.turn })
    .from(signIns)
    .where(eq(signIns.userId, $.userId))
    .orderBy(desc(signIns.day))
    .limit(1)
    .prepare(),
)

/** How somebody's run stands: a day missed ends it. */
export const runOf = (app: App, db: Db, userId: number): Promise<Run> =>
  runOn(app.calendar.dayOf(app.now()), db, userId)

async function runOn(today: number, db: Db, userId: number): Promise<Run> {
  const days = await everyDay(db, {})
  const [last] = await latest(db, { userId })
  // A clock that was set back must not give a day twice.
  const takenToday = last !== undefined && last.day >= today
  const goesOn = last !== undefined && last.day === today - 1 && last.turn < days.length
  return { days, taken: takenToday || goesOn ? last.turn : 0, takenToday }
}

/**
 * Takes the bonus of today.
 *
 * @throws {Refusal} `bonus.taken`, `bonus.none` when no bonus is configured, `request.reused`
 */
export function takeSignInBonus(app: App, userId: number, request: RequestKey | undefined): Promise<void> {
  return write(app, (tx) =>
    once(app, tx, request, async () => {
      // The clock is looked at once: midnight may pass meanwhile.
      const now = app.now()
      const day = app.calendar.dayOf(now)
      const { days, taken, takenToday } = await runOn(day, tx, userId)
      if (takenToday) refuse("bonus.taken")
      const next = days[taken] ?? refuse("bonus.none")
      const [row] = await tx
        .insert(signIns)
        .values({ userId, day, turn: taken + 1, score: next.score, createdAt: now })
        .onConflictDoNothing()
        .returning({ id: signIns.id })
      if (!row) refuse("bonus.taken")
      await issue(app, tx, {
        cause: "sign_in",
        causeId: row.id,
        userId,
        currency: currencies.score,
        amount: next.score,
      })
    }),
  )
}
