import { randomBytes } from "node:crypto"
import type { App } from "../app.ts"
import { promise } from "../db/outbox.ts"
import type { Body } from "../db/write.ts"
import { type Callback, type GooglePay, PayRefused, PayUnavailable } from "../providers/pay/index.ts"
import { refuse } from "../refusal.ts"
import { ask, diamondsLeft } from "./ask.ts"
import { type Order, openOrder, orderByTransaction } from "./order.ts"
import { packOnSale } from "./pack.ts"
import { refundOrder } from "./refund.ts"
import { assertTaken, type StorePurchase, takePurchase, takeStoreNotice } from "./store.ts"

const day = 86_400_000
/** Google tells of refunds this far back; looking again over days already seen does no harm. */
const voidedWindow = 3 * day

/** What the app has in hand: Play's signed data, or a purchase token with its product. */
export type GoogleProof = { data: string; signature: string } | { productId: string; token: string }

/** Opens an order for a pack that the app is about to buy at Play. @throws {Refusal} `payment.unknown_pack` */
export async function openGoogleOrder(app: App, userId: number, itemId: string): Promise<Order & { nonce: string }> {
  googleOf(app)
  const pack = await packOnSale(app.db.read, "android", itemId)
  const order = await openOrder(app, { userId, provider: "google", pack, checkAt: null })
  return { ...order, nonce: randomBytes(16).toString("hex") }
}

/**
 * Credits what Play sold, and promises Play to acknowledge it: it takes back what nobody acknowledges for three days.
 *
 * @returns the user's diamonds now
 * @throws {Refusal} `identity.refused`, `payment.used`, `payment.unknown_pack`, `provider.unavailable`
 */
export async function takePlayPurchase(
  app: App,
  buyer: { id: number; isTest: boolean },
  proof: GoogleProof,
): Promise<number> {
  const provider = googleOf(app)
  const purchase = await ask(app, provider.name, () => verify(provider, proof))
  const mayPlay = app.config.sandbox || buyer.isTest
  const who = { userId: buyer.id, provider: "google", platform: "android", mayPlay } as const
  const { productId, token } = purchase
  const acknowledge: Body<void> = (tx, after) => promise(app, tx, after, "google.acknowledge", { productId, token })
  assertTaken([await takePurchase(app, who, purchase, acknowledge)])
  return diamondsLeft(app, buyer.id)
}

/** Signed data can be old: where Play can be asked, its word of now counts. */
async function verify(provider: GooglePay, proof: GoogleProof): Promise<StorePurchase> {
  if (!("data" in proof)) return provider.lookUp(proof.productId, proof.token)
  const signed = provider.verifySigned(proof.data, proof.signature)
  return provider.canLookUp ? provider.lookUp(signed.productId, signed.token) : signed
}

function googleOf(app: App): GooglePay {
  return app.pay.google ?? refuse("provider.unavailable", { message: "Google Play is not configured on this server." })
}

/** Takes a real-time developer notification. @returns an answer that makes Google repeat it only where that helps */
export async function takeGoogleNotice(app: App, callback: Callback, secret: string): Promise<Response> {
  const provider = googleOf(app)
  try {
    await takeStoreNotice(app, "google", await provider.readNotice(callback, secret))
    return new Response(null, { status: 204 })
  } catch (error) {
    if (!(error instanceof PayRefused || error instanceof PayUnavailable)) throw error
    app.log.warn("payment notice refused", { provider: provider.name, error })
    return new Response(null, { status: error instanceof PayRefused ? 401 : 503 })
  }
}

/** Asks Play what it has taken back of late. */
export async function followUpGoogle(app: App): Promise<void> {
  const provider = app.pay.google
  if (!provider?.canLookUp) return
  try {
    for (const transactionId of await provider.voidedSince(app.now() - voidedWindow)) {
      const order = await orderByTransaction(app.db.read, "google", transactionId)
      if (order) await refundOrder(app, order, app.now())
    }
  } catch (error) {
    if (!(error instanceof PayUnavailable || error instanceof PayRefused)) throw error
    app.log.warn("refunds not followed up", { provider: provider.name, error })
  }
}
