import { randomBytes } from "node:crypto"
import type { App } from "../app.ts"
import { promise } from "../db/outbox.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { type Body, write } from "../db/write.ts"
import { type Callback, type GooglePay, PayRefused, PayUnavailable } from "../providers/pay/index.ts"
import { refuse } from "../refusal.ts"
import { diamondsLeft } from "../wallet/wallet.ts"
import { ask } from "./ask.ts"
import { followUp } from "./follow_up.ts"
import { openOrder, orderByNumber, setAside } from "./order.ts"
import { packOnSale } from "./pack.ts"
import { assertTaken, type StorePurchase, takePurchase, takeRefund, takeStoreNotice } from "./store.ts"

const day = 86_400_000
/** Google lists refunds this far back; looking again over days already seen does no harm. */
const voidedWindow = 30 * day
/** An opened order that nobody bought by then is given up, in milliseconds. */
const openMax = 3 * day

/** What the app has in hand: Play's signed data, or a purchase token with its product. */
export type GoogleProof = { data: string; signature: string } | { productId: string; token: string }

/** An order that the app is about to buy at Play; its number can be told Play as the obfuscated account id. */
export interface GoogleOrder {
  number: string
  nonce: string
  /** In milliseconds. */
  createdAt: number
  /** What the buyer has before it. */
  diamonds: number
}

/** Opens an order for a pack. @throws {Refusal} `payment.unknown_pack`, `provider.unavailable`, `request.reused` */
export function openGoogleOrder(
  app: App,
  userId: number,
  itemId: string,
  request: RequestKey | undefined,
): Promise<GoogleOrder> {
  googleOf(app)
  return write(app, (tx) =>
    once(app, tx, request, async () => {
      const pack = await packOnSale(tx, "android", itemId)
      const wish = { userId, provider: "google", pack, checkAt: app.now() + openMax } as const
      const { number, createdAt } = await openOrder(app, tx, wish)
      const nonce = randomBytes(16).toString("hex")
      return { number, createdAt, nonce, diamonds: await diamondsLeft(tx, userId) }
    }),
  )
}

/**
 * Credits what Play sold, and promises Play to acknowledge it: it takes back what nobody acknowledges for three days.
 *
 * @returns the user's diamonds now
 * @throws {Refusal} `payment.refused`, `payment.used`, `payment.unknown_pack`, `provider.unavailable`
 */
export async function takePlayPurchase(
  app: App,
  buyer: { id: number; isTest: boolean },
  proof: GoogleProof,
): Promise<number> {
  const provider = googleOf(app)
  const purchase = await ask(app, provider.name, () => verify(provider, proof))
  await assertOwn(app, buyer.id, purchase.accountTag)
  const mayPlay = app.config.sandbox || buyer.isTest
  const who = { userId: buyer.id, provider: "google", platform: "android", mayPlay, canLookUp: false } as const
  const { productId, token } = purchase
  const acknowledge: Body<void> = async (tx, after) => {
    if (provider.canLookUp) await promise(app, tx, after, "google.acknowledge", { productId, token })
  }
  const outcome = await takePurchase(app, who, purchase, acknowledge)
  assertTaken([outcome])
  // Whoever brings it again may do so because Play never heard of it.
  if (outcome === "seen") await write(app, acknowledge)
  return diamondsLeft(app.db.read, buyer.id)
}

/**
 * Signed data can be old: where Play can be asked, its word of now counts. Where it cannot, nobody would ever hear of a refund,
 * so the purchase counts as given.
 */
async function verify(provider: GooglePay, proof: GoogleProof): Promise<StorePurchase> {
  if (!("data" in proof)) return provider.lookUp(proof.productId, proof.token)
  const signed = provider.verifySigned(proof.data, proof.signature)
  return provider.canLookUp ? provider.lookUp(signed.productId, signed.token) : { ...signed, free: true }
}

/** An app that told Play our order's number tied the purchase to whoever opened it. @throws {Refusal} `payment.used` */
async function assertOwn(app: App, userId: number, tag: string | undefined): Promise<void> {
  const opened = tag === undefined ? undefined : await orderByNumber(app.db.read, tag)
  if (opened && opened.userId !== userId) refuse("payment.used")
}

function googleOf(app: App): GooglePay {
  return app.pay.google ?? refuse("provider.unavailable", { message: "Google Play is not configured on this server." })
}

/** Takes a real-time developer notification. @throws {PayRefused} {PayUnavailable} */
export async function takeGoogleNotice(
  app: App,
  provider: GooglePay,
  callback: Callback,
  secret: string,
): Promise<Response> {
  await takeStoreNotice(app, "google", await provider.readNotice(callback, secret))
  return new Response(null, { status: 204 })
}

/** Asks Play what it has taken back of late, and gives up opened orders that were never bought. */
export async function followUpGoogle(app: App): Promise<void> {
  await followUp(app, "google", async ({ id }) => void (await setAside(app, id, "failed", "never paid")))
  const provider = app.pay.google
  if (!provider?.canLookUp) return
  try {
    const voided = await provider.voidedSince(app.now() - voidedWindow)
    for (const transactionId of voided) await takeRefund(app, "google", transactionId, app.now())
  } catch (error) {
    if (!(error instanceof PayUnavailable || error instanceof PayRefused)) throw error
    app.log.warn("refunds not followed up", { provider: provider.name, error })
  }
}
