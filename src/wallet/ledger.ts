import { and, eq, gte, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { type Reason, refuse } from "../refusal.ts"
import { transfers, wallets } from "./tables.ts"

/** The currencies, by their numbers on the wire. */
export const currencies = { diamond: 1, rice: 2, score: 3 } as const
export type Currency = (typeof currencies)[keyof typeof currencies]

/** A user's accounts: columns of the wallet. */
export type UserAccount = "diamond" | "diamondBonus" | "rice" | "riceBonus" | "score"
/**
 * The house's accounts, whose balances are what the transfers add up to: `issued` money comes from and goes back to, gifts'
 * diamonds become `revenue`, `exchange` turns one currency into another, `holds` has what waits for a payout, `paid` and
 * `fees` what became of it, `debts` what refunds could not take back, and `games` takes bets and pays those that win.
 */
export type HouseAccount = "issued" | "revenue" | "exchange" | "holds" | "paid" | "fees" | "debts" | "games"

export type Cause =
  | "gift"
  | "charge"
  | "refund"
  | "credit"
  | "exchange"
  | "withdrawal"
  | "task"
  | "sign_in"
  | "online"
  | "bet"

/** Whose account; a house account may say whom it concerns. */
export type Party = { account: UserAccount; user: number } | { account: HouseAccount; user?: number }

export interface Transfer {
  cause: Cause
  /** The row that caused it. */
  causeId: number
  /** What sets it apart from the other transfers of that row. */
  leg: string
  currency: Currency
  /** A whole number above zero. */
  amount: number
  from: Party
  to: Party
}

const currencyOf: Record<UserAccount, Currency> = {
  diamond: currencies.diamond,
  diamondBonus: currencies.diamond,
  rice: currencies.rice,
  riceBonus: currencies.rice,
  score: currencies.score,
}

const shortOf: Record<Currency, Reason> = {
  1: "wallet.diamonds_short",
  2: "wallet.rice_short",
  3: "wallet.score_short",
}

type Column = UserAccount | "debt"
type Change = { userId: number; amount: number }

const addTo = (column: Column) =>
  query<Change>()((db, $) =>
    db
      .update(wallets)
      .set({ [column]: sql`${wallets[column]} + ${$.amount}` })
      .where(eq(wallets.userId, $.userId))
      .returning({ id: wallets.id })
      .prepare(),
  )

const openWith = (column: Column) =>
  query<Change>()((db, $) =>
    db
      .insert(wallets)
      .values({ userId: $.userId, [column]: $.amount } as never)
      .onConflictDoUpdate({ target: wallets.userId, set: { [column]: sql`${wallets[column]} + ${$.amount}` } })
      .returning({ id: wallets.id })
      .prepare(),
  )

const takeFrom = (column: Column) =>
  query<Change>()((db, $) =>
    db
      .update(wallets)
      .set({ [column]: sql`${wallets[column]} - ${$.amount}` })
      .where(and(eq(wallets.userId, $.userId), gte(wallets[column], $.amount)))
      .returning({ id: wallets.id })
      .prepare(),
  )

const columns: Column[] = ["diamond", "diamondBonus", "rice", "riceBonus", "score", "debt"]
const ofEach = (make: typeof takeFrom) =>
  Object.fromEntries(columns.map((column) => [column, make(column)])) as Record<Column, ReturnType<typeof takeFrom>>

const add = ofEach(addTo)
const open = ofEach(openWith)
const take = ofEach(takeFrom)

/** Nearly everybody has a wallet, and an upsert costs half as much again. */
async function give(tx: Db, column: Column, change: Change): Promise<void> {
  const [had] = await add[column](tx, change)
  if (!had) await open[column](tx, change)
}

type Row = Required<Omit<typeof transfers.$inferInsert, "id">>

const columnNames = [
  "at",
  "key",
  "cause",
  "causeId",
  "currency",
  "amount",
  "fromAccount",
  "fromUser",
  "toAccount",
  "toUser",
] as const satisfies (keyof Row)[]

/** Transfers that one statement writes at most. */
const postingMax = 4

/** How the values of a posting's first, second … transfer are called: `amount0`, `amount1`. */
const valueNames = Array.from({ length: postingMax }, (_, n) =>
  columnNames.map((name) => [name, `${name}${n}`] as const),
)

/** One insert for so many transfers. */
const recordSo = (many: number) =>
  query<Record<string, unknown>>()((db, $) => {
    const rows = valueNames
      .slice(0, many)
      .map((names) => Object.fromEntries(names.map(([name, value]) => [name, $[value]])))
    return db
      .insert(transfers)
      .values(rows as never)
      .returning({ id: transfers.id })
      .prepare()
  })

const recordMany = Array.from({ length: postingMax }, (_, n) => recordSo(n + 1))

/**
 * Moves money from one account to another, inside a write: the only way any balance changes. Several movements are made one
 * after the other and written down together.
 *
 * @throws {Refusal} `wallet.diamonds_short`, `wallet.rice_short` or `wallet.score_short`
 * @throws when an amount is no whole number above zero, an account is of another currency, or the same transfer was made
 * before
 */
export async function transfer(app: Pick<App, "now">, tx: Db, ...movements: Transfer[]): Promise<void> {
  for (const { currency, amount, from, to } of movements) {
    if (!Number.isSafeInteger(amount) || amount <= 0) throw new Error(`A transfer of ${amount} is none.`)
    assertCurrency(from, currency)
    assertCurrency(to, currency)
    await debit(tx, from, amount, currency)
    await credit(tx, to, amount)
  }
  const at = app.now()
  for (let first = 0; first < movements.length; first += postingMax) {
    await writeDown(
      tx,
      movements.slice(first, first + postingMax).map((movement) => rowOf(at, movement)),
    )
  }
}

function rowOf(at: number, { cause, causeId, leg, currency, amount, from, to }: Transfer): Row {
  return {
    at,
    key: keyOf(cause, causeId, leg),
    cause,
    causeId,
    currency,
    amount,
    fromAccount: from.account,
    fromUser: from.user ?? null,
    toAccount: to.account,
    toUser: to.user ?? null,
  }
}

async function writeDown(tx: Db, rows: Row[]): Promise<void> {
  const values: Record<string, unknown> = {}
  for (const [n, row] of rows.entries()) for (const [name, value] of valueNames[n] ?? []) values[value] = row[name]
  await recordMany[rows.length - 1]?.(tx, values)
}

const amountByKey = query<{ key: string }>()((db, $) =>
  db.select({ amount: transfers.amount }).from(transfers).where(eq(transfers.key, $.key)).prepare(),
)

/** What a transfer moved, or 0 when it was not made. */
export async function amountOf(db: Db, cause: Cause, causeId: number, leg: string): Promise<number> {
  const [found] = await amountByKey(db, { key: keyOf(cause, causeId, leg) })
  return found?.amount ?? 0
}

const keyOf = (cause: Cause, causeId: number, leg: string) => `${cause} ${causeId} ${leg}`

async function debit(tx: Db, { account, user }: Party, amount: number, currency: Currency): Promise<void> {
  if (user === undefined) return
  if (account === "debts") {
    await give(tx, "debt", { userId: user, amount })
  } else if (isUserAccount(account)) {
    const [taken] = await take[account](tx, { userId: user, amount })
    if (!taken) refuse(shortOf[currency])
  }
}

async function credit(tx: Db, { account, user }: Party, amount: number): Promise<void> {
  if (user === undefined) return
  if (account === "debts") {
    const [paid] = await take.debt(tx, { userId: user, amount })
    if (!paid) throw new Error(`User ${user} does not owe ${amount}.`)
  } else if (isUserAccount(account)) {
    await give(tx, account, { userId: user, amount })
  }
}

const isUserAccount = (account: string): account is UserAccount => Object.hasOwn(currencyOf, account)

function assertCurrency({ account }: Party, currency: Currency): void {
  if (isUserAccount(account) && currencyOf[account] !== currency) {
    throw new Error(`The account ${account} is not of currency ${currency}.`)
  }
}
