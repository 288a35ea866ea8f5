import { createHash } from "node:crypto"
import { z } from "zod"
import { isSameSecret } from "../../secret.ts"
import { type PlayApi, type ProductPurchase, playApi, type ServiceAccount } from "./google_api.ts"
import { licenceKeyOf, readSigned, type SignedPurchase } from "./google_signature.ts"
import { type Callback, type GooglePay, PayRefused, PayUnavailable, type Purchase } from "./index.ts"

const day = 24 * 3_600_000
/** Play lists no refunds older than 30 days, and refuses to be asked for them; the hour is for clocks that differ. */
const listedFor = 30 * day - 3_600_000
const quantityMost = 1_000
/** The longest notice read, in bytes; Google's have less than 2,000. */
const noticeMost = 65_536

export interface GoogleOptions {
  /** The app's, such as `com.example.live`. */
  packageName: string
  /** The app's key of the Play Console, in base64; without it no signed purchase is accepted. */
  licenceKey?: string | undefined
  /** Who asks the Play Developer API; without it nothing can be looked up. */
  serviceAccount?: ServiceAccount | undefined
  /** What the address that notices are pushed to must tell; without it none is accepted. */
  notifySecret?: string | undefined
  /** `https://androidpublisher.googleapis.com` */
  apiUrl: string
  /** `https://oauth2.googleapis.com/token` */
  tokenUrl: string
  /** Milliseconds since 1970. */
  now(): number
  /** How long Google may take for one answer, in milliseconds; 5,000 when left out. */
  timeout?: number
}

const pushed = z.object({ message: z.object({ data: z.string(), messageId: z.string().min(1).max(200) }) })
const developerNotice = z.object({
  packageName: z.string(),
  eventTimeMillis: z.coerce.number(),
  oneTimeProductNotification: z.object({ purchaseToken: z.string(), sku: z.string() }).optional(),
  /** `productType` 1 is a subscription, `refundType` 2 takes back a part of a quantity. */
  voidedPurchaseNotification: z
    .object({ purchaseToken: z.string(), productType: z.int(), refundType: z.int().optional() })
    .optional(),
})
type DeveloperNotice = z.output<typeof developerNotice>

/**
 * Google Play, one-time products only.
 *
 * A purchase's transaction id is the SHA-256 of its purchase token in hex: order numbers (`GPA.…`) come late to pending
 * purchases, and never to some.
 *
 * Signed data does not tell tests apart that have an order number; only a look-up does.
 *
 * @throws {Error} for a malformed licence key or private key
 */
export function googlePay(options: GoogleOptions): GooglePay {
  const { packageName, licenceKey, serviceAccount, notifySecret, now, timeout = 5_000 } = options
  const key = licenceKey ? licenceKeyOf(licenceKey) : undefined
  const configured = serviceAccount && playApi({ ...options, serviceAccount, timeout })
  const api = (): PlayApi => {
    if (!configured) throw new PayUnavailable("no service account of Google Play is configured")
    return configured
  }
  const lookUp = async (productId: string, token: string) => {
    const purchase = await api().product(productId, token)
    if ((purchase.productId ?? productId) !== productId) throw new PayRefused("the purchase is of another product")
    return { ...fromApi(purchase, productId, token), token }
  }
  const voidedSince = (since: number) => api().voided(Math.max(since, now() - listedFor))

  /** The list of refunds is what confirms one: the notice lacks the product that a look-up needs. */
  const takenBack = async (token: string, eventTime: number): Promise<Purchase> => {
    const voided = (await voidedSince(Math.min(eventTime, now()) - day)).find((one) => one.purchaseToken === token)
    if (!voided) throw new PayUnavailable("Google Play does not list the purchase as taken back yet")
    const transactionId = transactionIdOf(token)
    return { transactionId, productId: "", quantity: 1, state: "refunded", sandbox: false, accountTag: undefined }
  }
  const purchasesOf = async (notice: DeveloperNotice): Promise<Purchase[]> => {
    const { oneTimeProductNotification: sold, voidedPurchaseNotification: voided, eventTimeMillis } = notice
    if (sold) {
      const { token: _, ...purchase } = await lookUp(sold.sku, sold.purchaseToken)
      return [purchase]
    }
    if (voided?.productType === 2 && voided.refundType !== 2) {
      return [await takenBack(voided.purchaseToken, eventTimeMillis)]
    }
    return []
  }

  return {
    name: "google",
    verifySigned(data, signature) {
      if (!key) throw new PayRefused("no licence key of Google Play is configured")
      const purchase = readSigned(key, data, signature)
      if (purchase.packageName !== packageName) throw new PayRefused("the purchase is of another app")
      return { ...fromSigned(purchase), token: purchase.purchaseToken }
    },
    lookUp,
    canLookUp: configured !== undefined,
    acknowledge: async (productId, token) => api().acknowledge(productId, token),
    /** Asked for more than 30 days, Google answers for the last 30. */
    async voidedSince(since) {
      const voided = await voidedSince(since)
      return voided.map((one) => transactionIdOf(one.purchaseToken))
    },
    /**
     * Of a refund the notice's purchase has an id and a state only: its product is empty. A refund of a part of a
     * quantity concerns no purchase; an operator must look into those.
     */
    async readNotice({ body }, secret) {
      if (!notifySecret || !isSameSecret(secret, notifySecret)) throw new PayRefused("the notice's secret is wrong")
      const { id, notice } = readPush(body)
      if (notice.packageName !== packageName) throw new PayRefused("the notice is of another app")
      return { id, purchases: await purchasesOf(notice) }
    },
    async check() {
      if (!configured) return key ? undefined : "Google Play has neither a licence key nor a service account"
      try {
        await configured.voided(now() - day)
        return undefined
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    },
  }
}

function fromSigned(signed: SignedPurchase): Purchase {
  const { orderId, purchaseToken, productId, purchaseState, quantity, obfuscatedAccountId } = signed
  if (purchaseState !== 0 && purchaseState !== 4) throw new PayRefused(`the purchase is in state ${purchaseState}`)
  const paid = purchaseState === 0
  return {
    transactionId: transactionIdOf(purchaseToken),
    productId,
    quantity: quantityOf(quantity),
    state: paid ? "paid" : "pending",
    // Paid without an order number: nobody was charged.
    sandbox: paid && !orderId,
    accountTag: obfuscatedAccountId || undefined,
  }
}

const apiStates = { 0: "paid", 1: "refunded", 2: "pending" } as const

function fromApi(purchase: ProductPurchase, productId: string, token: string): Purchase {
  return {
    transactionId: transactionIdOf(token),
    productId,
    quantity: quantityOf(purchase.quantity),
    state: apiStates[purchase.purchaseState],
    sandbox: purchase.purchaseType === 0,
    // A promotion, or a reward for watching an advertisement.
    ...((purchase.purchaseType === 1 || purchase.purchaseType === 2) && { free: true }),
    accountTag: purchase.obfuscatedExternalAccountId || undefined,
  }
}

const transactionIdOf = (token: string) => createHash("sha256").update(token).digest("hex")

function quantityOf(quantity = 1): number {
  if (quantity < 1 || quantity > quantityMost) throw new PayRefused(`nobody may buy ${quantity} packs at once`)
  return quantity
}

/** Takes a Pub/Sub push apart. @throws {PayRefused} */
function readPush(body: Callback["body"]): { id: string; notice: DeveloperNotice } {
  if (body.length > noticeMost) throw new PayRefused("the notice is too long")
  try {
    const { message } = pushed.parse(JSON.parse(new TextDecoder().decode(body)))
    const notice = developerNotice.parse(JSON.parse(Buffer.from(message.data, "base64").toString()))
    return { id: message.messageId, notice }
  } catch {
    throw new PayRefused("the notice is malformed")
  }
}
