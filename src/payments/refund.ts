import { and, eq, lt, lte, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import { receiversSince, takeBackGifts } from "../gifts/take_back.ts"
import { currencies, transfer } from "../wallet/ledger.ts"
import { holdEveryWallet, holdWallets, type Wallet, walletOf } from "../wallet/wallet.ts"
import type { Order } from "./order.ts"
import { orders } from "./tables.ts"

/**
 * Takes a credited order's diamonds back: what the buyer still has, then the rice that gifts made of them as long as it has
 * not matured; what is left is a debt, which freezes withdrawals and is paid from the next purchase.
 *
 * @param saidAt when the provider said so, in milliseconds; later news of the order stands
 * @returns whether it was this call that refunded it
 */
export function refundOrder(app: App, order: Order, saidAt: number): Promise<boolean> {
  return write(app, async (tx) => {
    const since = order.settledAt ?? order.createdAt
    const receivers = order.sandbox ? [] : await receiversSince(tx, order.userId, since)
    const held = await holdEveryWallet(tx, [order.userId, ...receivers])
    const [refunded] = await tx
      .update(orders)
      .set({ state: "refunded", refunds: sql`${orders.refunds} + 1`, refundedAt: app.now(), checkAt: null, saidAt })
      .where(and(eq(orders.id, order.id), eq(orders.state, "credited"), lt(orders.saidAt, saidAt)))
      .returning()
    if (!refunded) return false
    await reclaim(app, tx, refunded, held, since)
    return true
  })
}

async function reclaim(app: App, tx: Db, order: Order, held: Map<number, Wallet>, since: number): Promise<void> {
  const { id, userId, diamonds, sandbox, refunds } = order
  const wallet = held.get(userId)
  const has = (sandbox ? wallet?.diamondBonus : wallet?.diamond) ?? 0
  const movement = { cause: "refund", causeId: id, currency: currencies.diamond, to: { account: "issued" } } as const
  const fromPurse = Math.min(has, diamonds)
  if (fromPurse > 0) {
    const from = { account: sandbox ? "diamondBonus" : "diamond", user: userId } as const
    await transfer(app, tx, { ...movement, leg: `${refunds} diamond`, amount: fromPurse, from })
  }
  // Play money was worth nothing, so nothing is owed for it.
  if (sandbox) return
  const fromGifts = await takeBackGifts(app, tx, {
    giverId: userId,
    since,
    diamonds: diamonds - fromPurse,
    receivers: new Set(held.keys()),
    causeId: id,
    leg: String(refunds),
  })
  const owed = diamonds - fromPurse - fromGifts
  if (owed > 0) {
    const from = { account: "debts", user: userId } as const
    await transfer(app, tx, { ...movement, leg: `${refunds} debt`, amount: owed, from })
  }
}

/** Gives a refunded order's diamonds again, after the store took the refund back; a debt is paid from them first. */
export function undoRefund(app: App, order: Order, saidAt: number): Promise<boolean> {
  return write(app, async (tx) => {
    await holdWallets(tx, order.userId)
    // Also for an order that is credited: news of its refund may still be on the way.
    const [fresh] = await tx
      .update(orders)
      .set({ saidAt })
      .where(and(eq(orders.id, order.id), lte(orders.saidAt, saidAt)))
      .returning({ id: orders.id })
    if (!fresh) return false
    const [credited] = await tx
      .update(orders)
      .set({ state: "credited", refundedAt: null })
      .where(and(eq(orders.id, order.id), eq(orders.state, "refunded")))
      .returning()
    if (!credited) return false
    const { id, userId, diamonds, sandbox, refunds } = credited
    const movement = { cause: "refund", causeId: id, currency: currencies.diamond } as const
    const account = sandbox ? "diamondBonus" : "diamond"
    const leg = `${refunds} undone`
    const to = { account, user: userId } as const
    await transfer(app, tx, { ...movement, leg, amount: diamonds, from: { account: "issued" }, to })
    const { debt } = await walletOf(tx, userId)
    const owed = sandbox ? 0 : Math.min(debt, diamonds)
    if (owed > 0) {
      const debts = { account: "debts", user: userId } as const
      await transfer(app, tx, { ...movement, leg: `${leg} debt`, amount: owed, from: to, to: debts })
    }
    return true
  })
}
