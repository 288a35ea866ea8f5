import { createHash, randomBytes } from "node:crypto"
import { z } from "zod"
import {
  type ApplePay,
  type Callback,
  type GooglePay,
  type PayProviders,
  PayRefused,
  type Purchase,
  type WeixinPay,
} from "./index.ts"

/** The most orders remembered; the oldest are forgotten first. */
const ordersMost = 10_000

const word = "[\\w.-]{1,100}"
const appleReceipt = new RegExp(`^sandbox:(${word}):(${word})$`)
const googleToken = new RegExp(`^sandbox-(${word})$`)
const name = z.string().regex(new RegExp(`^${word}$`))
const googleData = z.object({ productId: name, orderId: name })

/**
 * Providers for development, without a vendor: whatever is bought is paid with play money. Transaction ids begin with
 * `sandbox-`.
 *
 * @param now milliseconds since 1970
 */
export const sandboxPay = (now: () => number): PayProviders => ({
  weixin: sandboxWeixin(now),
  apple: sandboxApple,
  google: sandboxGoogle,
})

/** An order is paid as soon as it was prepared, until the server restarts. */
function sandboxWeixin(now: () => number): WeixinPay {
  const prepared = new Map<string, number>()
  return {
    name: "sandbox",
    async prepay({ number, fen }) {
      if ((prepared.get(number) ?? fen) !== fen) throw new PayRefused("the number was used for another sum")
      prepared.set(number, fen)
      const [oldest] = prepared.keys()
      if (prepared.size > ordersMost && oldest !== undefined) prepared.delete(oldest)
      return {
        appId: "wxsandbox",
        partnerId: "sandbox",
        prepayId: `sandbox-${number}`,
        packageValue: "Sign=WXPay",
        nonce: randomBytes(16).toString("hex"),
        timestamp: String(Math.floor(now() / 1_000)),
        sign: createHash("md5").update(`sandbox ${number}`).digest("hex").toUpperCase(),
      }
    },
    readNotice: refuseNotice,
    answerNotice: (failure) => new Response(failure ?? "OK", { status: failure === undefined ? 200 : 400 }),
    async query(number) {
      const fen = prepared.get(number)
      return fen === undefined ? { state: "unknown" } : { state: "paid", transactionId: `sandbox-${number}`, fen }
    },
    check: async () => undefined,
  }
}

/** A receipt is `sandbox:PRODUCT:UNIQUE`: one of the product, paid, in a transaction named by `UNIQUE`. */
const sandboxApple: ApplePay = {
  name: "sandbox",
  async verify(receipt) {
    const [, productId, unique] = appleReceipt.exec(receipt) ?? []
    if (!productId || !unique) throw new PayRefused("a sandbox receipt is sandbox:PRODUCT:UNIQUE")
    return [paid(productId, unique)]
  },
  readNotice: async (callback) => refuseNotice(callback),
  canLookUp: false,
  lookUp: async () => undefined,
  check: async () => undefined,
}

/** Signed data is `{"productId", "orderId"}` under any signature; the token is `sandbox-ORDER`, of whatever product. */
const sandboxGoogle: GooglePay = {
  name: "sandbox",
  verifySigned(data) {
    const { productId, orderId } = readGoogleData(data)
    return { ...paid(productId, orderId), token: `sandbox-${orderId}` }
  },
  async lookUp(productId, token) {
    return { ...paid(productId, googleOrder(token)), token }
  },
  canLookUp: true,
  async acknowledge(_productId, token) {
    googleOrder(token)
  },
  voidedSince: async () => [],
  readNotice: async (callback) => refuseNotice(callback),
  check: async () => undefined,
}

function readGoogleData(data: string) {
  try {
    return googleData.parse(JSON.parse(data))
  } catch {
    throw new PayRefused(`sandbox data is {"productId", "orderId"}`)
  }
}

function googleOrder(token: string): string {
  const [, orderId] = googleToken.exec(token) ?? []
  if (!orderId) throw new PayRefused("a sandbox token is sandbox-ORDER")
  return orderId
}

const paid = (productId: string, unique: string): Purchase => ({
  transactionId: `sandbox-${unique}`,
  productId,
  quantity: 1,
  state: "paid",
  sandbox: true,
  accountTag: undefined,
})

function refuseNotice(_: Callback): never {
  throw new PayRefused("nobody sends notices in the sandbox")
}
