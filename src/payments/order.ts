import { randomBytes } from "node:crypto"
import { and, eq, inArray, isNotNull, lte } from "drizzle-orm"
import { userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { currencies, transfer } from "../wallet/ledger.ts"
import { holdWallets, type Wallet } from "../wallet/wallet.ts"
import { wasTakenBack } from "./early_refund.ts"
import type { Pack } from "./pack.ts"
import { orders, type PayProviderName } from "./tables.ts"

export type Order = typeof orders.$inferSelect

/** Orders that a poll takes at once. */
const batch = 100

/** A number no provider has seen: 128 random bits in hex. */
const freshNumber = () => randomBytes(16).toString("hex")

interface Opening {
  userId: number
  provider: PayProviderName
  pack: Pack
  /** When the provider is asked about it first, in milliseconds; null for never. */
  checkAt: number | null
}

/** Notes that a user wants a pack, at its price of this moment, inside a write. */
export async function openOrder(app: App, tx: Db, { userId, provider, pack, checkAt }: Opening): Promise<Order> {
  const [order] = await tx
    .insert(orders)
    .values({
      number: freshNumber(),
      userId,
      provider,
      state: "created",
      itemId: pack.itemId,
      fen: pack.money * 100,
      diamonds: pack.diamonds,
      createdAt: app.now(),
      checkAt,
    })
    .returning()
  return order ?? refuse("server.unexpected")
}

interface Sale {
  userId: number
  provider: PayProviderName
  pack: Pack
  quantity: number
  transactionId: string
  token: string
  sandbox: boolean
  saidAt: number
  /** When the store is asked about it, in milliseconds; null for never. */
  checkAt: number | null
}

/**
 * Opens and credits an order for what a store sold, inside a write.
 *
 * @returns undefined when this transaction was seen before, or was taken back before it came here
 */
export async function creditSale(app: App, tx: Db, sale: Sale): Promise<Order | undefined> {
  const { userId, provider, pack, quantity, transactionId, token, sandbox, saidAt, checkAt } = sale
  if (await wasTakenBack(tx, provider, transactionId)) return undefined
  const [order] = await tx
    .insert(orders)
    .values({
      number: freshNumber(),
      userId,
      provider,
      state: "credited",
      itemId: pack.itemId,
      quantity,
      fen: pack.money * 100 * quantity,
      diamonds: pack.diamonds * quantity,
      sandbox: await isPlayMoney(tx, userId, sandbox),
      transactionId,
      token,
      createdAt: app.now(),
      settledAt: app.now(),
      saidAt,
      checkAt,
    })
    .onConflictDoNothing()
    .returning()
  if (order) await charge(app, tx, order)
  return order
}

/**
 * Credits an order that waited for its payment, inside a write.
 *
 * @returns whether it was this call that credited it
 */
export async function creditOrder(
  app: App,
  tx: Db,
  order: Order,
  payment: { transactionId: string; sandbox: boolean; checkAt: number | null },
): Promise<boolean> {
  const { transactionId, checkAt } = payment
  const sandbox = await isPlayMoney(tx, order.userId, payment.sandbox)
  const [credited] = await tx
    .update(orders)
    .set({ state: "credited", transactionId, sandbox, settledAt: app.now(), note: "", checkAt, checks: 0 })
    .where(and(eq(orders.id, order.id), inArray(orders.state, ["created", "failed", "paid"])))
    .returning()
  if (credited) await charge(app, tx, credited)
  return credited !== undefined
}

/** What a test account buys makes no rice that could be withdrawn, whatever it was paid with. */
async function isPlayMoney(tx: Db, userId: number, sandbox: boolean): Promise<boolean> {
  return sandbox || (await userById(tx, userId)).isTest
}

/** Gives an order's diamonds; a debt is paid from them first. */
async function charge(app: App, tx: Db, order: Order): Promise<void> {
  const wallet = await holdWallets(tx, order.userId)
  const movement = { cause: "charge", causeId: order.id, currency: currencies.diamond } as const
  const { diamonds: amount } = order
  await transfer(app, tx, { ...movement, leg: "diamond", amount, from: { account: "issued" }, to: purseOf(order) })
  await payDebt(app, tx, order, wallet, { cause: "charge", leg: "debt" })
}

/** The account that an order's diamonds belong in: play money's are bonus diamonds. */
export const purseOf = ({ userId, sandbox }: Order): { account: "diamond" | "diamondBonus"; user: number } => ({
  account: sandbox ? "diamondBonus" : "diamond",
  user: userId,
})

/** Pays what the buyer owed, as `wallet` had it, from an order's diamonds; play money pays no debt. */
export async function payDebt(
  app: App,
  tx: Db,
  order: Order,
  { debt }: Wallet,
  { cause, leg }: { cause: "charge" | "refund"; leg: string },
): Promise<void> {
  const { id, userId, diamonds, sandbox } = order
  const owed = sandbox ? 0 : Math.min(debt, diamonds)
  if (owed === 0) return
  const currency = currencies.diamond
  const to = { account: "debts", user: userId } as const
  await transfer(app, tx, { cause, causeId: id, leg, currency, amount: owed, from: purseOf(order), to })
}

/** Sets an order aside for the operator, who finds out why in its note. */
export function setAside(app: App, id: number, state: "paid" | "failed", note: string): Promise<unknown> {
  return write(app, (tx) =>
    tx
      .update(orders)
      .set({ state, note, checkAt: null })
      .where(and(eq(orders.id, id), inArray(orders.state, ["created", "failed"])))
      .returning({ id: orders.id }),
  )
}

/** The order with that number. */
export async function orderByNumber(db: Db, number: string): Promise<Order | undefined> {
  const [order] = await db.select().from(orders).where(eq(orders.number, number))
  return order
}

/** The order that a provider's payment credited. */
export async function orderByTransaction(
  db: Db,
  provider: PayProviderName,
  transactionId: string,
): Promise<Order | undefined> {
  const [order] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.provider, provider), eq(orders.transactionId, transactionId)))
  return order
}

/** Orders of a provider that it is time to ask about. */
export const dueOrders = (app: App, provider: PayProviderName): Promise<Order[]> =>
  app.db.read
    .select()
    .from(orders)
    .where(and(isNotNull(orders.checkAt), lte(orders.checkAt, app.now()), eq(orders.provider, provider)))
    .orderBy(orders.checkAt)
    .limit(batch)

/** Says when the provider is asked about an order again; null for never. */
export function askAgain(app: App, order: Order, checkAt: number | null): Promise<unknown> {
  return write(app, (tx) =>
    tx
      .update(orders)
      .set({ checkAt, checks: order.checks + 1 })
      .where(and(eq(orders.id, order.id), eq(orders.state, order.state)))
      .returning({ id: orders.id }),
  )
}
