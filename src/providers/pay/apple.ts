import { X509Certificate } from "node:crypto"
import { z } from "zod"
import { type StoreApi, type StoreApiOptions, storeApi } from "./apple_api.ts"
import { readJws } from "./apple_jws.ts"
import { type ReceiptOptions, verifyReceipt } from "./apple_receipt.ts"
import { appleRoot } from "./apple_root.ts"
import { checkOrigin, readTransaction, text } from "./apple_transaction.ts"
import { type ApplePay, type Callback, PayRefused, PayUnavailable, type Purchase } from "./index.ts"

/** The longest notice read, in bytes; Apple's have less than 20,000. */
const noticeMost = 128 * 1024

export interface AppleOptions extends ReceiptOptions, Pick<StoreApiOptions, "apiUrl" | "sandboxApiUrl" | "now"> {
  /** The app's number in the App Store, which production notices are checked for when it is given. */
  appAppleId?: number | undefined
  /** The three of an In-App Purchase key; without all of them nothing can be looked up. */
  issuerId?: string | undefined
  keyId?: string | undefined
  privateKeyPem?: string | undefined
  /** Whose word is Apple's, DER; Apple Root CA G3 when left out. */
  rootCertificates?: readonly Uint8Array[] | undefined
  /** How long Apple may take for a whole call, with a retry and the sandbox, in milliseconds; 8,000 when left out. */
  timeout?: number | undefined
}

const posted = z.object({ signedPayload: z.string() })
const notice = z.object({
  notificationType: z.string(),
  notificationUUID: text,
  signedDate: z.int(),
  /** With the app and the environment, which are read apart. */
  data: z.looseObject({ appAppleId: z.number().optional(), signedTransactionInfo: z.string().optional() }).optional(),
})
type Notice = z.output<typeof notice>

/** The types of notices that concern packs; the others are of subscriptions, or of nothing yet. */
const purchaseTypes = new Set(["ONE_TIME_CHARGE", "REFUND", "REVOKE", "REFUND_REVERSED"])

/** The App Store. @throws {Error} for a malformed private key or root certificate */
export function applePay(options: AppleOptions): ApplePay {
  const { bundleId, appAppleId, timeout = 8_000 } = options
  const roots = (options.rootCertificates ?? [appleRoot]).map((der) => new X509Certificate(der))
  const api = apiOf(options)
  const limit = () => AbortSignal.timeout(timeout)

  const purchasesOf = ({ notificationType: type, signedDate, data }: Notice): Purchase[] => {
    if (!data) return []
    const { environment } = checkOrigin(data, bundleId)
    if (environment === "Production" && appAppleId !== undefined && data.appAppleId !== appAppleId) {
      throw new PayRefused("Apple's notice is of another app's number")
    }
    if (!purchaseTypes.has(type) || data.signedTransactionInfo === undefined) return []
    const purchase = readTransaction(data.signedTransactionInfo, bundleId, roots)
    if (purchase.sandbox !== (environment === "Sandbox")) throw new PayRefused("Apple's notice is of two environments")
    return [{ ...purchase, state: stateAfter(type, purchase.state), saidAt: signedDate }]
  }

  return {
    name: "apple",
    async verify(receipt) {
      if (receipt.includes(".")) return [readTransaction(receipt, bundleId, roots)]
      return verifyReceipt(receipt, options, limit())
    },
    async readNotice({ body }) {
      const { data } = notice.safeParse(readJws(signedPayloadOf(body), roots))
      if (!data) throw new PayRefused("Apple's notice is malformed")
      const refundReversed = data.notificationType === "REFUND_REVERSED"
      return { id: data.notificationUUID, purchases: purchasesOf(data), refundReversed }
    },
    canLookUp: api !== undefined,
    async lookUp(transactionId, sandbox) {
      if (!api) return undefined
      const purchase = readTransaction(await api.transaction(transactionId, sandbox, limit()), bundleId, roots)
      if (purchase.transactionId !== transactionId || purchase.sandbox !== sandbox) {
        throw new PayUnavailable("Apple answered with another transaction")
      }
      return purchase
    },
    async check() {
      return (await reach(options.verifyUrl, limit())) ?? (api && (await tryKey(api, limit())))
    },
  }
}

function apiOf({ issuerId, keyId, privateKeyPem, ...options }: AppleOptions): StoreApi | undefined {
  if (!issuerId || !keyId || !privateKeyPem) return undefined
  return storeApi({ ...options, issuerId, keyId, privateKeyPem })
}

function signedPayloadOf(body: Callback["body"]): string {
  if (body.length > noticeMost) throw new PayRefused("Apple's notice is too long")
  try {
    return posted.parse(JSON.parse(new TextDecoder().decode(body))).signedPayload
  } catch {
    throw new PayRefused("Apple's notice is malformed")
  }
}

/** A charge is in the state that its transaction tells. */
function stateAfter(type: string, state: Purchase["state"]): Purchase["state"] {
  if (type === "ONE_TIME_CHARGE") return state
  return type === "REFUND_REVERSED" ? "paid" : "refunded"
}

async function reach(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    await fetch(url, { method: "HEAD", redirect: "manual", signal })
    return undefined
  } catch (error) {
    return `the App Store cannot be reached: ${error instanceof Error ? error.message : error}`
  }
}

/** Asks for what nobody bought, in the sandbox: production refuses every key of an app that was never released. */
async function tryKey(api: StoreApi, signal: AbortSignal): Promise<string | undefined> {
  try {
    await api.transaction("0", true, signal)
    return undefined
  } catch (error) {
    if (error instanceof PayRefused) return undefined
    return error instanceof Error ? error.message : String(error)
  }
}
