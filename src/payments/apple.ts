import type { App } from "../app.ts"
import type { ApplePay, Callback } from "../providers/pay/index.ts"
import { refuse } from "../refusal.ts"
import { diamondsLeft } from "../wallet/wallet.ts"
import { ask } from "./ask.ts"
import { followUp, nextCheck } from "./follow_up.ts"
import { askAgain, type Order } from "./order.ts"
import { refundOrder } from "./refund.ts"
import { assertTaken, type Outcome, takePurchase, takeStoreNotice } from "./store.ts"

/**
 * Credits what an App Store receipt or signed transaction proves.
 *
 * @returns the user's diamonds now
 * @throws {Refusal} `payment.refused`, `payment.used`, `payment.unknown_pack`, `provider.unavailable`
 */
export async function takeReceipt(app: App, buyer: { id: number; isTest: boolean }, receipt: string): Promise<number> {
  const provider = app.pay.apple
  if (!provider) refuse("provider.unavailable", { message: "Apple payments are not configured on this server." })
  const purchases = await ask(app, provider.name, () => provider.verify(receipt))
  const mayPlay = app.config.sandbox || buyer.isTest || app.config.appleTestUsers.includes(buyer.id)
  const { canLookUp } = provider
  const who = { userId: buyer.id, provider: "apple", platform: "ios", mayPlay, canLookUp } as const
  const outcomes: Outcome[] = []
  for (const purchase of purchases) {
    const token = purchase.sandbox ? "sandbox" : "production"
    outcomes.push(await takePurchase(app, who, { ...purchase, token }))
  }
  assertTaken(outcomes)
  return diamondsLeft(app.db.read, buyer.id)
}

/** Takes an App Store Server Notification. @throws {PayRefused} when it is forged or of another app */
export async function takeAppleNotice(app: App, provider: ApplePay, callback: Callback): Promise<Response> {
  await takeStoreNotice(app, "apple", await provider.readNotice(callback))
  return new Response(null, { status: 200 })
}

/** Asks Apple what became of purchases, where a key for that is configured: a notice of a refund may have been lost. */
export async function followUpApple(app: App): Promise<void> {
  const provider = app.pay.apple
  if (provider?.canLookUp) await followUp(app, "apple", (order) => look(app, provider, order))
}

async function look(app: App, provider: ApplePay, order: Order): Promise<void> {
  const found = await provider.lookUp(order.transactionId ?? "", order.token === "sandbox")
  if (found?.state === "refunded") await refundOrder(app, order, found.saidAt ?? app.now())
  else await askAgain(app, order, nextCheck(app, order))
}
