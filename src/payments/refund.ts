import { and, eq, lt, lte, type SQL, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import { receiversSince, takeBackGifts } from "../gifts/take_back.ts"
import { amountOf, currencies, transfer } from "../wallet/ledger.ts"
import { holdEveryWallet, holdWallets, type Wallet } from "../wallet/wallet.ts"
import { type Order, payDebt, purseOf } from "./order.ts"
import { orders } from "./tables.ts"

/** How often a refund is begun anew because the buyer gave to somebody else meanwhile. */
const attemptsMax = 5

/**
 * Takes a credited order's diamonds back: what the buyer still has, then the rice that gifts made of them as long as it has
 * not matured; what is left is a debt, which freezes withdrawals and is paid from the next purchase.
 *
 * @param saidAt when the provider said so, in milliseconds; later news of the order stands
 * @param record what else the write does that refunds it
 * @returns whether it was this call that refunded it
 */
export async function refundOrder(
  app: App,
  order: Order,
  saidAt: number,
  record?: (tx: Db) => Promise<void>,
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await write(app, async (tx) => {
      const outcome = await refundOnce(app, tx, order, saidAt, attempt === attemptsMax)
      if (outcome === true) await record?.(tx)
      return outcome
    })
    if (outcome !== "more receivers") return outcome
  }
}

async function refundOnce(app: App, tx: Db, order: Order, saidAt: number, anyway: boolean) {
  const since = order.settledAt ?? order.createdAt
  const receivers = async () => (order.sandbox ? [] : receiversSince(tx, order.userId, since))
  const held = await holdEveryWallet(tx, [order.userId, ...(await receivers())])
  // Wallets are held in the order of their users, so one that is missing cannot be held afterwards.
  const isComplete = (await receivers()).every((id) => held.has(id))
  if (!isComplete && !anyway) return "more receivers"
  if (!(await isNews(tx, order, lt(orders.saidAt, saidAt), saidAt))) return false
  const [refunded] = await tx
    .update(orders)
    .set({ state: "refunded", refunds: sql`${orders.refunds} + 1`, refundedAt: app.now(), checkAt: null })
    .where(and(eq(orders.id, order.id), eq(orders.state, "credited")))
    .returning()
  if (!refunded) return false
  await reclaim(app, tx, refunded, held, since)
  return true
}

/** Whether no later news of the order came before, whatever its state says: what a store says of it may overtake itself. */
async function isNews(tx: Db, { id }: Order, isLater: SQL, saidAt: number): Promise<boolean> {
  const [fresh] = await tx
    .update(orders)
    .set({ saidAt })
    .where(and(eq(orders.id, id), isLater))
    .returning({ id: orders.id })
  return fresh !== undefined
}

async function reclaim(app: App, tx: Db, order: Order, held: Map<number, Wallet>, since: number): Promise<void> {
  const { id, userId, diamonds, sandbox, refunds } = order
  const purse = purseOf(order)
  const movement = { cause: "refund", causeId: id, currency: currencies.diamond, to: { account: "issued" } } as const
  const fromPurse = Math.min(held.get(userId)?.[purse.account] ?? 0, diamonds)
  if (fromPurse > 0) {
    await transfer(app, tx, { ...movement, leg: `${refunds} diamond`, amount: fromPurse, from: purse })
  }
  // Play money was worth nothing, so nothing is owed for it.
  if (sandbox) return
  const missing = diamonds - fromPurse
  const taking = { giverId: userId, since, diamonds: missing, held, causeId: id, leg: String(refunds) }
  const owed = missing - (await takeBackGifts(app, tx, taking))
  if (owed > 0) {
    const from = { account: "debts", user: userId } as const
    await transfer(app, tx, { ...movement, leg: `${refunds} debt`, amount: owed, from })
  }
}

/** Gives back what a refund took, after the store took the refund back; a debt is paid from it first. */
export function undoRefund(app: App, order: Order, saidAt: number): Promise<boolean> {
  return write(app, async (tx) => {
    const wallet = await holdWallets(tx, order.userId)
    if (!(await isNews(tx, order, lte(orders.saidAt, saidAt), saidAt))) return false
    const [credited] = await tx
      .update(orders)
      .set({ state: "credited", refundedAt: null })
      .where(and(eq(orders.id, order.id), eq(orders.state, "refunded")))
      .returning()
    if (!credited) return false
    await restore(app, tx, credited, wallet)
    return true
  })
}

/** Of play money a refund took only what was there, and no more comes back. */
async function restore(app: App, tx: Db, order: Order, wallet: Wallet): Promise<void> {
  const { id, diamonds, sandbox, refunds } = order
  const amount = sandbox ? await amountOf(tx, "refund", id, `${refunds} diamond`) : diamonds
  if (amount === 0) return
  const movement = { cause: "refund", causeId: id, currency: currencies.diamond } as const
  const leg = `${refunds} undone`
  await transfer(app, tx, { ...movement, leg, amount, from: { account: "issued" }, to: purseOf(order) })
  await payDebt(app, tx, order, wallet, { cause: "refund", leg: `${leg} debt` })
}
