import { and, eq, gt, gte, lte, max, sql, sum } from "drizzle-orm"
import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { orders } from "../payments/tables.ts"
import type { Cause } from "../wallet/ledger.ts"
import { currencies } from "../wallet/ledger.ts"
import { transfers } from "../wallet/tables.ts"
import { withdrawals } from "../withdrawals/tables.ts"

const hour = 3_600_000
/** The hours that are told. */
const hours = 24
/** Rows of the ledger that are added up at once; rooms have their turn between. */
const step = 20_000
/** Rows that are looked at altogether: a server that moves more in a day tells of its latest hours alone. */
const rowsMax = 4_000_000
/** What was added up is told again for so long, in milliseconds. */
const freshFor = 60_000

/** What moved in one hour; charges and payouts in fen, gifts in diamonds. */
export interface MoneyHour {
  charges: number
  gifts: number
  payouts: number
}

export interface Money {
  /** When the first hour began, in milliseconds. */
  since: number
  hours: MoneyHour[]
}

const known = new WeakMap<App, { at: number; money: Promise<Money> }>()

/** What was paid in, given and paid out in the last 24 hours, by the hour; at most a minute old. */
export function moneyOfDay(app: App): Promise<Money> {
  const last = known.get(app)
  if (last && app.now() < last.at + freshFor) return last.money
  const money = addUp(app)
  known.set(app, { at: app.now(), money })
  money.catch(() => known.delete(app))
  return money
}

/** Goes back through the ledger, whose rows never change and grow by their time. */
async function addUp(app: App): Promise<Money> {
  const db = app.db.read
  const since = Math.floor(app.now() / hour) * hour - (hours - 1) * hour
  const told = Array.from({ length: hours }, (): MoneyHour => ({ charges: 0, gifts: 0, payouts: 0 }))
  const [end] = await db.select({ id: max(transfers.id) }).from(transfers)
  const newest = end?.id ?? 0
  for (let last = newest; last > 0 && last > newest - rowsMax; last -= step) {
    for (const { kind, at, amount } of await sumsOf(db, { after: last - step, last, since })) {
      const one = told[at]
      if (one) one[kind] += amount
    }
    if ((await newestIn(db, last - step)) < since) break
    await new Promise(setImmediate)
  }
  return { since, hours: told }
}

/** When the row of this number, or the last one before it, was written. */
async function newestIn(db: Db, last: number): Promise<number> {
  const [row] = await db
    .select({ at: transfers.at })
    .from(transfers)
    .where(lte(transfers.id, last))
    .orderBy(sql`${transfers.id} desc`)
    .limit(1)
  return row?.at ?? 0
}

interface Stretch {
  after: number
  last: number
  since: number
}

/** The ledger says when; how much money it was say the order and the withdrawal. */
async function sumsOf(db: Db, { after, last, since }: Stretch) {
  const at = sql`((${transfers.at} - ${sql.raw(String(since))}) / ${sql.raw(String(hour))})`
  const within = (cause: Cause) =>
    and(gt(transfers.id, after), lte(transfers.id, last), gte(transfers.at, since), eq(transfers.cause, cause))
  const hourOf = at.mapWith(Number)
  const charges = await db
    .select({ at: hourOf, amount: sum(orders.fen).mapWith(Number) })
    .from(transfers)
    .innerJoin(orders, and(eq(orders.id, transfers.causeId), eq(orders.sandbox, false)))
    .where(and(within("charge"), eq(transfers.fromAccount, "issued")))
    .groupBy(at)
  const gifts = await db
    .select({ at: hourOf, amount: sum(transfers.amount).mapWith(Number) })
    .from(transfers)
    .where(and(within("gift"), eq(transfers.currency, currencies.diamond)))
    .groupBy(at)
  const payouts = await db
    .select({ at: hourOf, amount: sql`sum(${withdrawals.yuan} * 100 - ${withdrawals.feeFen})`.mapWith(Number) })
    .from(transfers)
    .innerJoin(withdrawals, eq(withdrawals.id, transfers.causeId))
    .where(and(within("withdrawal"), eq(transfers.toAccount, "paid")))
    .groupBy(at)
  return [
    ...charges.map((row) => ({ kind: "charges" as const, ...row })),
    ...gifts.map((row) => ({ kind: "gifts" as const, ...row })),
    ...payouts.map((row) => ({ kind: "payouts" as const, ...row })),
  ]
}
