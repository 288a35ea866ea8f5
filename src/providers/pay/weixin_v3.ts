import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto"
import { z } from "zod"
import { PayRefused, PayUnavailable, type WeixinCall, type WeixinOrder, type WeixinPay } from "./index.ts"
import { askWeixin, freshNonce, trouble, weixinTimeout } from "./weixin_http.ts"
import { nobodysOrder, orderOf } from "./weixin_order.ts"
import { isSignedByWeixin, openResource, type SealedResource, signLines } from "./weixin_v3_sign.ts"

export interface WeixinV3Options {
  /** Such as `https://api.mch.weixin.qq.com`. */
  baseUrl: string
  appId: string
  mchId: string
  /** The 32-character key that notices are sealed with. */
  apiV3Key: string
  /** Serial of the merchant's certificate, in hex. */
  merchantSerial: string
  /** The merchant's private RSA key, PKCS#8 in PEM. */
  merchantKeyPem: string
  /** WeChat's public keys in PEM, by the serial or the `PUB_KEY_ID_…` it names in its headers. */
  platformKeys: Record<string, string>
  /** Milliseconds since 1970. */
  now(): number
  /** How long WeChat may take for an answer, in milliseconds; 5 seconds unless told. */
  timeout?: number
}

const packageValue = "Sign=WXPay"

const prepared = z.object({ prepay_id: z.string().min(1) })
const failed = z.object({ code: z.string(), message: z.string().default("") })
const notice = z.object({
  event_type: z.string(),
  resource: z.object({
    algorithm: z.literal("AEAD_AES_256_GCM"),
    ciphertext: z.string(),
    nonce: z.string().length(12),
    associated_data: z.string().optional(),
  }),
})
const order = z.object({ appid: z.string(), mchid: z.string(), out_trade_no: z.string(), trade_state: z.string() })
const payment = order.extend({
  transaction_id: z.string().min(1),
  amount: z.object({ total: z.int().nonnegative(), currency: z.literal("CNY").optional() }),
})

/** WeChat Pay's v3 interface, for payments from within an app. @throws when a key cannot be read */
export function weixinPayV3({ timeout = weixinTimeout, ...options }: WeixinV3Options): WeixinPay {
  const { baseUrl, appId, mchId, merchantSerial, now } = options
  const apiKey = Buffer.from(options.apiV3Key)
  if (apiKey.length !== 32) throw new Error("WeChat Pay's APIv3 key must have 32 characters")
  const merchantKey = createPrivateKey(options.merchantKeyPem)
  const platformKeys = new Map<string, KeyObject>(
    Object.entries(options.platformKeys).map(([serial, pem]) => [serial, createPublicKey(pem)]),
  )
  const seconds = () => String(Math.floor(now() / 1_000))

  /** @returns the status and JSON that WeChat signed, which may be that it failed */
  async function call(method: "GET" | "POST", path: string, body = ""): Promise<{ status: number; json: unknown }> {
    const url = new URL(baseUrl + path)
    const [timestamp, nonce] = [seconds(), freshNonce()]
    const signature = signLines([method, url.pathname + url.search, timestamp, nonce, body], merchantKey)
    const credentials = { mchid: mchId, nonce_str: nonce, timestamp, serial_no: merchantSerial, signature }
    const pairs = Object.entries(credentials).map(([name, text]) => `${name}="${text}"`)
    const headers = {
      Accept: "application/json",
      "Content-Type": "application/json",
      Authorization: `WECHATPAY2-SHA256-RSA2048 ${pairs.join(",")}`,
    }
    const answer = await askWeixin(url, { method, headers, ...(body && { body }) }, timeout)
    if (!isSignedByWeixin(answer, platformKeys, now())) {
      throw new PayUnavailable(`WeChat Pay's answer, a ${answer.status}, is not signed by it`)
    }
    return { status: answer.status, json: readJson(answer.body) }
  }

  const isOurs = ({ appid, mchid }: z.infer<typeof order>) => appid === appId && mchid === mchId

  /** What the app hands to WeChat. */
  function appCall(prepayId: string): WeixinCall {
    const [timestamp, nonce] = [seconds(), freshNonce()]
    const sign = signLines([appId, timestamp, nonce, prepayId], merchantKey)
    return { appId, partnerId: mchId, prepayId, packageValue, nonce, timestamp, sign }
  }

  async function query(number: string): Promise<WeixinOrder> {
    const path = `/v3/pay/transactions/out-trade-no/${encodeURIComponent(number)}?mchid=${encodeURIComponent(mchId)}`
    const { status, json } = await call("GET", path)
    if (status === 404 && failed.safeParse(json).data?.code === "ORDER_NOT_EXIST") return { state: "unknown" }
    demandSuccess(status, json)
    const found = order.safeParse(json)
    if (!found.success || !isOurs(found.data) || found.data.out_trade_no !== number) {
      throw new PayUnavailable("WeChat Pay told of another order")
    }
    return orderOf(found.data.trade_state, paidOf(json))
  }

  return {
    name: "weixin_v3",
    async prepay({ number, description, fen, notifyUrl, expiresAt }) {
      const asked = {
        appid: appId,
        mchid: mchId,
        description,
        out_trade_no: number,
        time_expire: beijingTime(expiresAt),
        notify_url: notifyUrl,
        amount: { total: fen, currency: "CNY" },
      }
      const { status, json } = await call("POST", "/v3/pay/transactions/app", JSON.stringify(asked))
      demandSuccess(status, json)
      const reply = prepared.safeParse(json)
      if (!reply.success) throw new PayUnavailable("WeChat Pay named no prepared order")
      return appCall(reply.data.prepay_id)
    },
    readNotice(callback) {
      if (!isSignedByWeixin(callback, platformKeys, now())) {
        throw new PayRefused("a WeChat Pay notice is not signed by it, or not now")
      }
      const told = notice.safeParse(readJson(callback.body))
      if (!told.success || told.data.event_type !== "TRANSACTION.SUCCESS") {
        throw new PayRefused("a WeChat Pay notice is not of a payment")
      }
      const paid = payment.safeParse(open(told.data.resource, apiKey))
      if (!paid.success || paid.data.trade_state !== "SUCCESS") {
        throw new PayRefused("a WeChat Pay notice is not of a payment")
      }
      if (!isOurs(paid.data)) throw new PayRefused("a WeChat Pay notice is for another app")
      const { out_trade_no: number, transaction_id: transactionId, amount } = paid.data
      return { number, transactionId, fen: amount.total }
    },
    answerNotice: (failure) =>
      failure === undefined
        ? new Response(null, { status: 204 })
        : Response.json({ code: "FAIL", message: failure.slice(0, 120) }, { status: 500 }),
    query,
    check: () => trouble(() => query(nobodysOrder)),
  }
}

/** @throws {PayRefused} {PayUnavailable} when the signed answer says that it failed */
function demandSuccess(status: number, json: unknown) {
  if (status === 200) return
  const failure = failed.safeParse(json)
  if (!failure.success) throw new PayUnavailable(`WeChat Pay answered ${status}`)
  const { code, message } = failure.data
  const reason = `WeChat Pay says ${`${code} ${message}`.slice(0, 120)}`
  throw status === 429 ? new PayUnavailable(reason) : new PayRefused(reason)
}

function paidOf(json: unknown) {
  const paid = payment.safeParse(json).data
  return paid && { transactionId: paid.transaction_id, fen: paid.amount.total }
}

function open(resource: SealedResource, key: Uint8Array): unknown {
  try {
    return JSON.parse(openResource(resource, key))
  } catch {
    throw new PayRefused("a WeChat Pay notice cannot be opened with our key")
  }
}

/** undefined when it is no JSON, which no schema takes. */
function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

/** RFC 3339 as clocks in Beijing show it, all year round 8 hours ahead. */
const beijingTime = (time: number) => new Date(time + 8 * 3_600_000).toISOString().replace(/\..*$/, "+08:00")
