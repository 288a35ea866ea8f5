import type { App } from "../app.ts"
import { type ApplePay, type Callback, PayRefused } from "../providers/pay/index.ts"
import { refuse } from "../refusal.ts"
import { ask, diamondsLeft } from "./ask.ts"
import { assertTaken, type Outcome, takePurchase, takeStoreNotice } from "./store.ts"

/**
 * Credits what an App Store receipt or signed transaction proves.
 *
 * @returns the user's diamonds now
 * @throws {Refusal} `identity.refused`, `payment.used`, `payment.unknown_pack`, `provider.unavailable`
 */
export async function takeReceipt(app: App, buyer: { id: number; isTest: boolean }, receipt: string): Promise<number> {
  const provider = appleOf(app)
  const purchases = await ask(app, provider.name, () => provider.verify(receipt))
  const mayPlay = app.config.sandbox || buyer.isTest || app.config.appleTestUsers.includes(buyer.id)
  const outcomes: Outcome[] = []
  for (const purchase of purchases) {
    const who = { userId: buyer.id, provider: "apple", platform: "ios", mayPlay } as const
    outcomes.push(await takePurchase(app, who, { ...purchase, token: "" }))
  }
  assertTaken(outcomes)
  return diamondsLeft(app, buyer.id)
}

function appleOf(app: App): ApplePay {
  return (
    app.pay.apple ?? refuse("provider.unavailable", { message: "Apple payments are not configured on this server." })
  )
}

/** Takes an App Store Server Notification. @returns an answer that makes Apple repeat it only where that helps */
export async function takeAppleNotice(app: App, callback: Callback): Promise<Response> {
  const provider = appleOf(app)
  try {
    await takeStoreNotice(app, "apple", await provider.readNotice(callback))
    return new Response(null, { status: 200 })
  } catch (error) {
    if (!(error instanceof PayRefused)) throw error
    app.log.warn("payment notice refused", { provider: provider.name, error })
    return new Response(null, { status: 401 })
  }
}
