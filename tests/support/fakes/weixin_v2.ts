import { randomBytes } from "node:crypto"
import { isIP } from "node:net"
import type { Dialect, FakeNotice, FakeOrder, FakeShop } from "./weixin_dialect.ts"

type Fields = Record<string, string>

/** The published rule, step by step: sort, join, add the key, hash, upper case. */
export function publishedSign(fields: Fields, key: string, type: string): string {
  let text = ""
  for (const name of Object.keys(fields).sort()) if (name !== "sign" && fields[name]) text += `${name}=${fields[name]}&`
  text += `key=${key}`
  const hasher = type === "HMAC-SHA256" ? new Bun.CryptoHasher("sha256", key) : new Bun.CryptoHasher("md5")
  return hasher.update(text).digest("hex").toUpperCase()
}

/** WeChat Pay's XML interface. It signs as it was last asked to. */
export function v2Dialect(shop: FakeShop): Dialect {
  let signType = "MD5"
  const signed = (fields: Fields) => {
    const all: Fields = { mch_id: shop.mchId, nonce_str: randomBytes(16).toString("hex"), ...fields }
    return { ...all, sign: publishedSign(all, shop.apiKey, signType) }
  }
  const reply = (fields: Fields) => {
    const appid = shop.mood === "other app" ? "wx0000000000000000" : shop.appId
    const mch_id = shop.mood === "other merchant" ? "1230000110" : shop.mchId
    const all: Fields = signed({ return_code: "SUCCESS", return_msg: "OK", appid, mch_id, ...fields })
    if (shop.mood === "unsigned") delete all["sign"]
    if (shop.mood === "tampered") {
      if (all["prepay_id"]) all["prepay_id"] = "wx00"
      else all["total_fee"] = "1"
    }
    return xml(all)
  }
  const fail = (err_code: string, err_code_des = "") => reply({ result_code: "FAIL", err_code, err_code_des })

  function open(fields: Fields): Response {
    const fault = openingFault(fields, shop.now())
    if (fault) return fail("LACK_PARAMS", fault)
    const opened = shop.open({
      number: fields["out_trade_no"] ?? "",
      description: fields["body"] ?? "",
      fen: Number(fields["total_fee"]),
      notifyUrl: fields["notify_url"] ?? "",
    })
    if (typeof opened === "string") return fail(opened)
    return reply({ result_code: "SUCCESS", trade_type: "APP", prepay_id: opened.prepayId })
  }

  function query(number: string): Response {
    const order = shop.find(number)
    if (!order) return fail("ORDERNOTEXIST", "order not exist")
    const out_trade_no = shop.mood === "other order" ? `${number}-2` : number
    const common = { result_code: "SUCCESS", out_trade_no, trade_state: order.state, trade_state_desc: "如上" }
    return reply(order.state === "SUCCESS" || order.state === "REFUND" ? { ...payment(order), ...common } : common)
  }

  return {
    async answer(request) {
      const fields = readFlat(await request.text())
      signType = fields["sign_type"] ?? "MD5"
      if (request.method !== "POST" || !fields["sign"]) return xml({ return_code: "FAIL", return_msg: "格式错误" })
      if (fields["sign"] !== publishedSign(fields, shop.apiKey, signType)) {
        return xml({ return_code: "FAIL", return_msg: "签名错误" })
      }
      if (shop.mood === "SYSTEMERROR") return fail("SYSTEMERROR", "系统超时")
      if (shop.mood === "busy") return fail("FREQUENCY_LIMITED", "频率超限")
      if (fields["mch_id"] !== shop.mchId) return fail("MCHID_NOT_EXIST")
      if (fields["appid"] !== shop.appId) return fail("APPID_NOT_EXIST")
      if (!/^[0-9a-zA-Z]{1,32}$/.test(fields["nonce_str"] ?? "")) return fail("LACK_PARAMS", "nonce_str")
      const path = new URL(request.url).pathname
      if (path === "/pay/unifiedorder") return open(fields)
      if (path === "/pay/orderquery") return query(fields["out_trade_no"] ?? "")
      return new Response("", { status: 404 })
    },
    notice({ appId, worked, forged, ...paid }) {
      const fields = signed({
        return_code: "SUCCESS",
        result_code: worked ? "SUCCESS" : "FAIL",
        appid: appId,
        ...payment(paid),
      })
      if (forged) fields.sign = publishedSign(fields, "somebody else's key", signType)
      return { headers: { "Content-Type": "text/xml" }, body: writeFlat(fields) }
    },
    took: ({ status, body }) => status === 200 && readFlat(body)["return_code"] === "SUCCESS",
    opens(call) {
      const fields = {
        appid: shop.appId,
        partnerid: shop.mchId,
        prepayid: call.prepayId,
        package: call.packageValue,
        noncestr: call.nonce,
        timestamp: call.timestamp,
      }
      return call.packageValue === "Sign=WXPay" && call.sign === publishedSign(fields, shop.apiKey, signType)
    },
  }
}

/** What is wrong with the fields of a new order. */
function openingFault(fields: Fields, now: number): string | undefined {
  const rules: Record<string, (text: string) => boolean> = {
    body: (text) => text.length > 0 && text.length <= 127,
    out_trade_no: (text) => /^[0-9a-zA-Z_\-|*]{1,32}$/.test(text),
    total_fee: (text) => /^[1-9]\d{0,8}$/.test(text),
    spbill_create_ip: (text) => isIP(text) !== 0,
    notify_url: (text) => /^https?:\/\/[^?]+$/.test(text),
    trade_type: (text) => text === "APP",
    time_expire: (text) => {
      const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text) ?? []
      return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`) > now + 60_000
    },
  }
  return Object.keys(rules).find((name) => !rules[name]?.(fields[name] ?? ""))
}

const payment = ({ number, fen, transactionId }: Pick<FakeNotice & FakeOrder, "number" | "fen" | "transactionId">) => ({
  openid: "oUpF8uMEb4qRXf22hE3X68TekukE",
  is_subscribe: "N",
  trade_type: "APP",
  bank_type: "CFT",
  total_fee: String(fen),
  fee_type: "CNY",
  cash_fee: String(fen),
  transaction_id: transactionId,
  out_trade_no: number,
  attach: "",
  time_end: "20261124120000",
})

const xml = (fields: Fields) => new Response(writeFlat(fields), { headers: { "Content-Type": "text/plain" } })

const writeFlat = (fields: Fields) =>
  `<xml>\n${Object.entries(fields)
    .map(([name, text]) => `<${name}><![CDATA[${text}]]></${name}>\n`)
    .join("")}</xml>`

function readFlat(text: string): Fields {
  const fields: Fields = {}
  for (const [, name = "", cdata, plain] of text.matchAll(/<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]+))<\/\1>/gs)) {
    fields[name] = cdata ?? plain ?? ""
  }
  return fields
}
