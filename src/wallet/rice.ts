import { and, eq, gte, lt, sql, sum } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import type { Split } from "./diamonds.ts"
import { currencies, type Transfer } from "./ledger.ts"
import { earnings } from "./tables.ts"
import type { Wallet } from "./wallet.ts"

const addToDay = query<{ userId: number; day: number; rice: number }>()((db, $) =>
  db
    .insert(earnings)
    .values({ userId: $.userId, day: $.day, rice: $.rice })
    .onConflictDoUpdate({ target: [earnings.userId, earnings.day], set: { rice: sql`${earnings.rice} + ${$.rice}` } })
    .returning({ id: earnings.id })
    .prepare(),
)

/**
 * The transfers that give a host the rice of a gift: what bonus diamonds make is bonus rice, which buys nothing out. `split`
 * is in rice; for the bought part {@link letMature} must follow.
 */
export function riceLegs(userId: number, giftId: number, { bonus, bought }: Split): Transfer[] {
  const movement = { cause: "gift", causeId: giftId, currency: currencies.rice, from: { account: "issued" } } as const
  const legs: Transfer[] = []
  if (bonus > 0) {
    legs.push({ ...movement, leg: "rice bonus", amount: bonus, to: { account: "riceBonus", user: userId } })
  }
  if (bought > 0) legs.push({ ...movement, leg: "rice", amount: bought, to: { account: "rice", user: userId } })
  return legs
}

/** Counts rice as earned on a day, from which on it matures; inside the write that gives it. */
export async function letMature(tx: Db, userId: number, day: number, rice: number): Promise<void> {
  if (rice > 0) await addToDay(tx, { userId, day, rice })
}

const takeFromDay = query<{ userId: number; day: number; rice: number }>()((db, $) =>
  db
    .update(earnings)
    .set({ rice: sql`${earnings.rice} - ${$.rice}` })
    .where(and(eq(earnings.userId, $.userId), eq(earnings.day, $.day), gte(earnings.rice, $.rice)))
    .returning({ id: earnings.id })
    .prepare(),
)

/** Takes rice off what a host earned on a day, inside the write that takes it back. @throws when it is not there */
export async function unearn(tx: Db, userId: number, day: number, rice: number): Promise<void> {
  const [lessened] = await takeFromDay(tx, { userId, day, rice })
  if (!lessened) throw new Error(`User ${userId} did not earn ${rice} on day ${day}.`)
}

const onDay = query<{ userId: number; day: number }>()((db, $) =>
  db
    .select({ rice: earnings.rice })
    .from(earnings)
    .where(and(eq(earnings.userId, $.userId), eq(earnings.day, $.day)))
    .prepare(),
)

/** What a host earned on a day that may not be withdrawn yet, less what was taken back of it. */
export async function earnedOn(db: Db, userId: number, day: number): Promise<number> {
  const [found] = await onDay(db, { userId, day })
  return found?.rice ?? 0
}

/** The first day whose rice may not be withdrawn yet: it takes so many whole days, and 0 makes it free at once. */
export function firstImmatureDay(app: Pick<App, "calendar" | "config" | "now">): number {
  const today = app.calendar.dayOf(app.now())
  const { riceMaturityDays } = app.config
  return riceMaturityDays === 0 ? today + 1 : today - riceMaturityDays
}

const earnedSince = query<{ userId: number; day: number }>()((db, $) =>
  db
    .select({ rice: sum(earnings.rice).mapWith(Number) })
    .from(earnings)
    .where(and(eq(earnings.userId, $.userId), gte(earnings.day, $.day)))
    .prepare(),
)

/** Rice of a wallet that can leave: bought by somebody, and matured. */
export async function maturedRice(app: App, db: Db, { userId, rice }: Wallet): Promise<number> {
  const [recent] = await earnedSince(db, { userId, day: firstImmatureDay(app) })
  return Math.max(0, rice - (recent?.rice ?? 0))
}

/** Forgets days whose rice has long matured. */
export function forgetOldEarnings(app: App): Promise<unknown> {
  return write(app, (tx) =>
    tx
      .delete(earnings)
      .where(lt(earnings.day, firstImmatureDay(app) - 1))
      .returning({ id: earnings.id }),
  )
}
