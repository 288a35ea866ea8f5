import { type KeyObject, verify } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { json } from "node:stream/consumers"

/** A purchase as Apple keeps it. */
export interface Kept {
  transactionId: string
  productId: string
  quantity: number
  sandbox: boolean
  accountToken: string | undefined
  bundleId: string
  /** Milliseconds since 1970. */
  boughtAt: number
  refundedAt?: number
}

/** What a receipt stands for; `old` is one of iOS 6, of one purchase. */
export interface KeptReceipt {
  bundleId: string
  sandbox: boolean
  purchases: Kept[]
  old: boolean
}

export interface AppKey {
  bundleId: string
  issuerId: string
  keyId: string
  publicKey: KeyObject
}

export interface Answer {
  status: number
  body: unknown
}

/** verifyReceipt of one environment, as far as a status other than those of its moods goes. */
export async function answerReceipt(
  request: IncomingMessage,
  sandbox: boolean,
  receipts: ReadonlyMap<string, KeptReceipt>,
  sharedSecret: string,
): Promise<Answer> {
  const asked = (await json(request)) as { "receipt-data"?: string; password?: string }
  const status = (code: number) => ({ status: 200, body: { status: code } })
  if (request.method !== "POST") return status(21000)
  const receipt = receipts.get(asked["receipt-data"] ?? "")
  if (!receipt) return status(21003)
  if (asked.password !== undefined && asked.password !== sharedSecret) return status(21004)
  if (receipt.sandbox !== sandbox) return status(receipt.sandbox ? 21007 : 21008)
  return { status: 200, body: { status: 0, ...receiptReply(receipt) } }
}

function receiptReply({ old, bundleId, sandbox, purchases }: KeptReceipt) {
  const entries = purchases.map(receiptEntry)
  if (old) return { receipt: { bid: bundleId, bvrs: "1.0", ...entries[0] } }
  return {
    environment: sandbox ? "Sandbox" : "Production",
    receipt: {
      receipt_type: sandbox ? "ProductionSandbox" : "Production",
      bundle_id: bundleId,
      application_version: "1",
      in_app: entries,
    },
  }
}

const receiptEntry = (kept: Kept) => ({
  quantity: String(kept.quantity),
  product_id: kept.productId,
  transaction_id: kept.transactionId,
  original_transaction_id: kept.transactionId,
  purchase_date: new Date(kept.boughtAt).toISOString(),
  purchase_date_ms: String(kept.boughtAt),
  is_trial_period: "false",
  ...(kept.refundedAt !== undefined && { cancellation_date: new Date(kept.refundedAt).toISOString() }),
  ...(kept.accountToken && { app_account_token: kept.accountToken }),
})

export const environmentOf = (sandbox: boolean) => (sandbox ? "Sandbox" : "Production")

/** What a signed transaction says, as of now. */
export const transactionOf = (kept: Kept) => ({
  transactionId: kept.transactionId,
  originalTransactionId: kept.transactionId,
  bundleId: kept.bundleId,
  productId: kept.productId,
  purchaseDate: kept.boughtAt,
  originalPurchaseDate: kept.boughtAt,
  quantity: kept.quantity,
  type: "Consumable",
  ...(kept.accountToken && { appAccountToken: kept.accountToken }),
  inAppOwnershipType: "PURCHASED",
  signedDate: Date.now(),
  environment: environmentOf(kept.sandbox),
  storefront: "CHN",
  storefrontId: "143465",
  transactionReason: "PURCHASE",
  currency: "CNY",
  price: 6_000,
  ...(kept.refundedAt !== undefined && { revocationDate: kept.refundedAt, revocationReason: 0 }),
})

/** The App Store Server API of one environment: a transaction's look-up. */
export function answerTransaction(
  request: IncomingMessage,
  sandbox: boolean,
  purchases: ReadonlyMap<string, Kept>,
  app: AppKey,
  signed: (kept: Kept) => string,
): Answer {
  if (!isKnown(request.headers.authorization ?? "", app)) return { status: 401, body: "Unauthenticated" }
  const id = /^\/[a-z]+\/inApps\/v1\/transactions\/(\d+)$/.exec(request.url ?? "")?.[1]
  const kept = purchases.get(id ?? "")
  if (kept?.sandbox !== sandbox) {
    return { status: 404, body: { errorCode: 4040010, errorMessage: "Transaction id not found." } }
  }
  return { status: 200, body: { signedTransactionInfo: signed(kept) } }
}

/** As Apple checks a token, but for a clock that was moved ahead. */
function isKnown(authorization: string, { bundleId, issuerId, keyId, publicKey }: AppKey): boolean {
  const [, header = "", payload = "", signature = ""] =
    /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization) ?? []
  const key = { key: publicKey, dsaEncoding: "ieee-p1363" } as const
  if (!verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url"))) return false
  const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString())
  const { alg, kid, typ } = decode(header)
  const { iss, aud, bid, iat, exp } = decode(payload)
  return (
    alg === "ES256" &&
    typ === "JWT" &&
    kid === keyId &&
    iss === issuerId &&
    aud === "appstoreconnect-v1" &&
    bid === bundleId &&
    exp > Date.now() / 1_000 &&
    exp > iat &&
    exp <= iat + 3_600
  )
}
