import { createCipheriv, createSign, createVerify, generateKeyPairSync, randomBytes } from "node:crypto"
import type { Dialect, FakeNotice, FakeOrder, FakeShop } from "./weixin_dialect.ts"

interface Pair {
  publicKey: string
  privateKey: string
}

const newPair = (): Pair =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  })
let [merchant, platform]: (Pair | undefined)[] = []

/** The merchant's key pair, made once a process: making one takes long. */
export const merchantPair = () => (merchant ??= newPair())
/** WeChat's key pair. */
export const platformPair = () => (platform ??= newPair())

const rsaSign = (text: string, { privateKey }: Pair) =>
  createSign("sha256").update(text).end().sign(privateKey, "base64")
const rsaVerify = (text: string, signature: string, { publicKey }: Pair) =>
  createVerify("sha256").update(text).end().verify(publicKey, signature, "base64")

/** WeChat Pay's JSON interface. */
export function v3Dialect(shop: FakeShop): Dialect {
  const signatureOf = (body: string, pair = platformPair()) => {
    const timestamp = String(Math.floor(shop.now() / 1_000))
    const nonce = randomBytes(16).toString("hex")
    return {
      "Content-Type": "application/json",
      "Wechatpay-Timestamp": timestamp,
      "Wechatpay-Nonce": nonce,
      "Wechatpay-Serial": shop.platformSerial,
      "Wechatpay-Signature": rsaSign(`${timestamp}\n${nonce}\n${body}\n`, pair),
    }
  }
  const reply = (status: number, json: Record<string, unknown>) => {
    const body = JSON.stringify(json)
    const headers: Record<string, string> = shop.mood === "unsigned" ? {} : signatureOf(body)
    return new Response(
      shop.mood === "tampered" ? body.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)) : body,
      { status, headers },
    )
  }
  const fail = (status: number, code: string, message = "") => reply(status, { code, message })

  /** Whether the merchant signed exactly this request, now. */
  function isAuthorized(request: Request, body: string): boolean {
    const [scheme = "", rest = ""] = (request.headers.get("authorization") ?? "").split(/ (.*)/s)
    const given = Object.fromEntries([...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, text]) => [name, text]))
    const { pathname, search } = new URL(request.url)
    const text = `${request.method}\n${pathname}${search}\n${given["timestamp"]}\n${given["nonce_str"]}\n${body}\n`
    return (
      scheme === "WECHATPAY2-SHA256-RSA2048" &&
      given["mchid"] === shop.mchId &&
      given["serial_no"] === shop.merchantSerial &&
      Math.abs(Number(given["timestamp"]) - shop.now() / 1_000) < 300 &&
      rsaVerify(text, given["signature"] ?? "", merchantPair())
    )
  }

  function open(body: string): Response {
    const asked = JSON.parse(body)
    const fault = openingFault(asked, shop)
    if (fault) return fail(400, "PARAM_ERROR", fault)
    const { out_trade_no: number, description, notify_url: notifyUrl, amount } = asked
    const opened = shop.open({ number, description, notifyUrl, fen: amount.total })
    return typeof opened === "string" ? fail(403, opened) : reply(200, { prepay_id: opened.prepayId })
  }

  const payment = ({
    number,
    fen,
    transactionId,
  }: Pick<FakeNotice & FakeOrder, "number" | "fen" | "transactionId">) => ({
    out_trade_no: number,
    transaction_id: transactionId,
    trade_type: "APP",
    bank_type: "OTHERS",
    attach: "",
    success_time: "2026-11-24T12:00:00+08:00",
    payer: { openid: "oUpF8uMEb4qRXf22hE3X68TekukE" },
    amount: { total: fen, payer_total: fen, currency: "CNY", payer_currency: "CNY" },
  })

  function query(number: string): Response {
    const order = shop.find(number)
    if (!order) return fail(404, "ORDER_NOT_EXIST", "order not exist")
    const appid = shop.mood === "other app" ? "wx0000000000000000" : shop.appId
    const common = {
      appid,
      mchid: shop.mood === "other merchant" ? "1230000110" : shop.mchId,
      out_trade_no: shop.mood === "other order" ? `${number}-2` : number,
      trade_state: order.state,
      trade_state_desc: "如上",
    }
    return reply(200, order.state === "SUCCESS" || order.state === "REFUND" ? { ...payment(order), ...common } : common)
  }

  return {
    async answer(request) {
      const body = await request.text()
      if (shop.mood === "SYSTEMERROR") return fail(500, "SYSTEM_ERROR", "系统异常")
      if (shop.mood === "busy") return fail(429, "FREQUENCY_LIMITED", "频率超限")
      if (request.headers.get("accept") !== "application/json") return new Response("", { status: 406 })
      if (!isAuthorized(request, body))
        return Response.json({ code: "SIGN_ERROR", message: "错误的签名" }, { status: 401 })
      const { pathname, searchParams } = new URL(request.url)
      if (request.method === "POST" && pathname === "/v3/pay/transactions/app") return open(body)
      const [, number] = /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)$/.exec(pathname) ?? []
      if (request.method !== "GET" || !number) return fail(404, "RESOURCE_NOT_EXISTS")
      return searchParams.get("mchid") === shop.mchId
        ? query(decodeURIComponent(number))
        : fail(400, "PARAM_ERROR", "mchid")
    },
    notice({ appId, worked, forged, ...paid }) {
      const told = {
        appid: appId,
        mchid: shop.mchId,
        trade_state: worked ? "SUCCESS" : "PAYERROR",
        trade_state_desc: "支付成功",
        ...payment(paid),
      }
      const body = JSON.stringify({
        id: crypto.randomUUID(),
        create_time: "2026-11-24T12:00:00+08:00",
        resource_type: "encrypt-resource",
        event_type: "TRANSACTION.SUCCESS",
        summary: "支付成功",
        resource: seal(JSON.stringify(told), shop.apiV3Key),
      })
      return { headers: signatureOf(body, forged ? merchantPair() : platformPair()), body }
    },
    took: ({ status }) => status === 200 || status === 204,
    opens: (call) =>
      call.packageValue === "Sign=WXPay" &&
      call.partnerId === shop.mchId &&
      rsaVerify(`${shop.appId}\n${call.timestamp}\n${call.nonce}\n${call.prepayId}\n`, call.sign, merchantPair()),
  }
}

function seal(text: string, key: string) {
  const nonce = randomBytes(6).toString("hex")
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from("transaction"))
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()])
  return {
    original_type: "transaction",
    algorithm: "AEAD_AES_256_GCM",
    ciphertext: sealed.toString("base64"),
    associated_data: "transaction",
    nonce,
  }
}

/** What is wrong with the fields of a new order. */
function openingFault(asked: Record<string, unknown>, shop: FakeShop): string | undefined {
  const rules: Record<string, (value: unknown) => boolean> = {
    appid: (value) => value === shop.appId,
    mchid: (value) => value === shop.mchId,
    description: (value) => typeof value === "string" && value.length > 0 && value.length <= 127,
    out_trade_no: (value) => /^[0-9a-zA-Z_\-|*]{6,32}$/.test(String(value)),
    notify_url: (value) => /^https?:\/\/[^?]+$/.test(String(value)),
    time_expire: (value) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/.test(String(value)) && Date.parse(String(value)) > shop.now() + 60_000,
    amount: (value) => {
      const { total, currency } = value as { total?: unknown; currency?: unknown }
      return Number.isSafeInteger(total) && Number(total) > 0 && currency === "CNY"
    },
  }
  return Object.keys(rules).find((name) => !rules[name]?.(asked[name]))
}
