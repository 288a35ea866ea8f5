import { and, eq, lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Body, write } from "../db/write.ts"
import type { Purchase, StoreNotice } from "../providers/pay/index.ts"
import { refuse } from "../refusal.ts"
import { rememberNews } from "./early_refund.ts"
import { nextCheck } from "./follow_up.ts"
import { creditSale, type Order, orderByTransaction } from "./order.ts"
import { packSold } from "./pack.ts"
import { refundOrder, undoRefund } from "./refund.ts"
import { type PayProviderName, type Platform, storeNotices } from "./tables.ts"

/** Notices are remembered this long, in milliseconds: longer than any store repeats one. */
const noticeTtl = 30 * 86_400_000

/** A purchase at a store, and what the store wants to hear when asked about it. */
export type StorePurchase = Purchase & { token: string }

interface Buyer {
  userId: number
  provider: PayProviderName
  platform: Platform
  /** Whether this buyer may pay with the store's play money. */
  mayPlay: boolean
  /** Whether the store can be asked about its purchases later. */
  canLookUp: boolean
}

/** What came of a purchase. */
export type Outcome = "credited" | "seen" | "another's" | "unpaid" | "unknown pack" | "play money"

/**
 * Credits one purchase to its buyer, once for ever; one that was taken back is taken back here too. `alongside` happens in
 * the write that credits it.
 */
export async function takePurchase(
  app: App,
  buyer: Buyer,
  purchase: StorePurchase,
  alongside: Body<void> = async () => {},
): Promise<Outcome> {
  const { userId, provider, platform } = buyer
  const { transactionId, productId, quantity, state, sandbox, token, saidAt = 0 } = purchase
  const known = await orderByTransaction(app.db.read, provider, transactionId)
  if (known && state === "refunded") await refundOrder(app, known, purchase.saidAt ?? app.now())
  if (known) return whose(known, userId)
  if (state !== "paid") return "unpaid"
  if (sandbox && !buyer.mayPlay) return "play money"
  const pack = await packSold(app.db.read, platform, productId)
  if (!pack) return "unknown pack"
  const unpaid = sandbox || purchase.free === true
  const settled = { state: "credited", createdAt: app.now(), settledAt: app.now() } as const
  const checkAt = buyer.canLookUp ? nextCheck(app, settled) : null
  const sale = { userId, provider, pack, quantity, transactionId, token, sandbox: unpaid, saidAt, checkAt }
  const made = await write(app, async (tx, after) => {
    const order = await creditSale(app, tx, sale)
    if (order) await alongside(tx, after)
    return order
  })
  if (made) return "credited"
  // Another call was faster, or the purchase was taken back before it came here.
  const first = await orderByTransaction(app.db.read, provider, transactionId)
  return first ? whose(first, userId) : "unpaid"
}

const whose = (order: Order, userId: number): Outcome => (order.userId === userId ? "seen" : "another's")

/**
 * What a buyer is told of all purchases in one call.
 *
 * @throws {Refusal} `payment.used`, `payment.unknown_pack`, `payment.refused` when none of them is this buyer's
 */
export function assertTaken(outcomes: Outcome[]): void {
  if (outcomes.length === 0 || outcomes.includes("credited") || outcomes.includes("seen")) return
  if (outcomes.includes("another's")) refuse("payment.used")
  if (outcomes.includes("unknown pack")) refuse("payment.unknown_pack")
  if (outcomes.includes("play money")) refuse("payment.refused", { message: "Play money buys nothing here." })
  refuse("payment.refused", { message: "This purchase has not been paid." })
}

/** Does what a store's notice says, once; news of purchases nobody has brought here yet are kept for when somebody does. */
export async function takeStoreNotice(app: App, provider: PayProviderName, notice: StoreNotice): Promise<void> {
  const [seen] = await app.db.read
    .select({ id: storeNotices.id })
    .from(storeNotices)
    .where(and(eq(storeNotices.provider, provider), eq(storeNotices.noticeId, notice.id)))
  if (seen) return
  for (const purchase of notice.purchases) await takeNews(app, provider, purchase, notice.refundReversed === true)
  // Last, so that a notice whose work was interrupted is done again; doing it twice does no harm.
  await write(app, (tx) =>
    tx
      .insert(storeNotices)
      .values({ provider, noticeId: notice.id, receivedAt: app.now() })
      .onConflictDoNothing()
      .returning({ id: storeNotices.id }),
  )
}

async function takeNews(app: App, provider: PayProviderName, purchase: Purchase, refundReversed: boolean) {
  const { transactionId, state, saidAt = app.now() } = purchase
  const refunded = state === "refunded"
  // News of the payment itself says nothing about a refund.
  if (!refunded && !(state === "paid" && refundReversed)) return
  await write(app, (tx) => rememberNews(tx, { provider, transactionId, refunded, saidAt }))
  const order = await orderByTransaction(app.db.read, provider, transactionId)
  if (!order) return
  if (refunded) await refundOrder(app, order, saidAt)
  else await undoRefund(app, order, saidAt)
}

/** Takes back a purchase that a store lists as refunded, credited or not; listed again, it costs one look. */
export async function takeRefund(
  app: App,
  provider: PayProviderName,
  transactionId: string,
  saidAt: number,
): Promise<void> {
  const order = await orderByTransaction(app.db.read, provider, transactionId)
  if (order?.state === "refunded") return
  const purchase = { transactionId, productId: "", quantity: 1, sandbox: false, accountTag: undefined }
  await takeNews(app, provider, { ...purchase, state: "refunded", saidAt }, false)
}

/** Forgets notices that no store repeats any more. */
export function forgetOldNotices(app: App): Promise<unknown> {
  return write(app, (tx) =>
    tx
      .delete(storeNotices)
      .where(lt(storeNotices.receivedAt, app.now() - noticeTtl))
      .returning({ id: storeNotices.id }),
  )
}
