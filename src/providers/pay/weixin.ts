import { z } from "zod"
import { PayRefused, PayUnavailable, type WeixinCall, type WeixinOrder, type WeixinPay } from "./index.ts"
import { askWeixin, freshNonce, trouble, weixinTimeout } from "./weixin_http.ts"
import { nobodysOrder, orderOf } from "./weixin_order.ts"
import { isWeixinSigned, type WeixinSignType, weixinSign } from "./weixin_sign.ts"
import { readXml, type WeixinFields, writeXml } from "./weixin_xml.ts"

export interface WeixinOptions {
  /** Such as `https://api.mch.weixin.qq.com`. */
  baseUrl: string
  appId: string
  mchId: string
  /** The merchant's 32-character key of the v2 interface. */
  apiKey: string
  signType: WeixinSignType
  /** Milliseconds since 1970. */
  now(): number
  /** How long WeChat may take for an answer, in milliseconds; 5 seconds unless told. */
  timeout?: number
}

/** Failures that are WeChat's own and pass. */
const passing = new Set(["SYSTEMERROR", "BIZERR_NEED_RETRY", "FREQUENCY_LIMITED"])

const amount = {
  transaction_id: z.string().min(1),
  total_fee: z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number),
  fee_type: z.enum(["CNY", ""]).optional(),
}
const payment = z.object({ out_trade_no: z.string().min(1), ...amount })
const settled = z.object(amount)

/** WeChat Pay's v2 interface, for payments from within an app. */
export function weixinPay({ timeout = weixinTimeout, ...options }: WeixinOptions): WeixinPay {
  const { baseUrl, appId, mchId, apiKey, signType, now } = options

  /** @returns what WeChat signed, which may be that it failed */
  async function call(path: string, own: WeixinFields): Promise<WeixinFields> {
    const fields = { appid: appId, mch_id: mchId, nonce_str: freshNonce(), sign_type: signType, ...own }
    const body = writeXml({ ...fields, sign: weixinSign(fields, apiKey, signType) })
    const headers = { "Content-Type": "text/xml; charset=utf-8" }
    const answer = await askWeixin(new URL(baseUrl + path), { method: "POST", headers, body }, timeout)
    const reply = readXml(answer.body)
    if (!reply) throw new PayUnavailable("WeChat Pay answered what cannot be read")
    // Never signed, so it is news for the log and no decision.
    if (reply["return_code"] !== "SUCCESS") throw new PayUnavailable(`WeChat Pay says ${told(reply["return_msg"])}`)
    if (!isWeixinSigned(reply, apiKey)) throw new PayUnavailable("WeChat Pay's answer is not signed by it")
    if (!isOurs(reply)) throw new PayUnavailable("WeChat Pay's answer is for another app")
    return reply
  }

  const isOurs = (fields: WeixinFields) => fields["appid"] === appId && fields["mch_id"] === mchId

  /** What the app hands to WeChat, signed the way the order was. */
  function appCall(prepayId: string): WeixinCall {
    const fields = {
      appid: appId,
      partnerid: mchId,
      prepayid: prepayId,
      package: "Sign=WXPay",
      noncestr: freshNonce(),
      timestamp: String(Math.floor(now() / 1_000)),
    }
    return {
      appId,
      partnerId: mchId,
      prepayId,
      packageValue: fields.package,
      nonce: fields.noncestr,
      timestamp: fields.timestamp,
      sign: weixinSign(fields, apiKey, signType),
    }
  }

  async function query(number: string): Promise<WeixinOrder> {
    const reply = await call("/pay/orderquery", { out_trade_no: number })
    if (reply["err_code"] === "ORDERNOTEXIST") return { state: "unknown" }
    demandSuccess(reply)
    if (reply["out_trade_no"] !== number) throw new PayUnavailable("WeChat Pay told of another order")
    return orderOf(reply["trade_state"] ?? "", paidOf(reply))
  }

  return {
    name: "weixin",
    async prepay(order) {
      const reply = await call("/pay/unifiedorder", {
        body: order.description,
        out_trade_no: order.number,
        total_fee: String(order.fen),
        spbill_create_ip: order.ip,
        time_expire: beijingDigits(order.expiresAt),
        notify_url: order.notifyUrl,
        trade_type: "APP",
      })
      demandSuccess(reply)
      if (!reply["prepay_id"]) throw new PayUnavailable("WeChat Pay named no prepared order")
      return appCall(reply["prepay_id"])
    },
    readNotice({ body }) {
      const fields = readXml(body)
      if (!fields) throw new PayRefused("a WeChat Pay notice cannot be read")
      if (!isWeixinSigned(fields, apiKey)) throw new PayRefused("a WeChat Pay notice is not signed by it")
      if (!isOurs(fields)) throw new PayRefused("a WeChat Pay notice is for another app")
      const paid = payment.safeParse(fields)
      if (fields["return_code"] !== "SUCCESS" || fields["result_code"] !== "SUCCESS" || !paid.success) {
        throw new PayRefused("a WeChat Pay notice is not of a payment")
      }
      const { out_trade_no: number, transaction_id: transactionId, total_fee: fen } = paid.data
      return { number, transactionId, fen }
    },
    answerNotice: (failure) =>
      new Response(
        writeXml(
          failure === undefined
            ? { return_code: "SUCCESS", return_msg: "OK" }
            : { return_code: "FAIL", return_msg: told(failure) },
        ),
        { headers: { "Content-Type": "text/xml; charset=utf-8" } },
      ),
    query,
    check: () => trouble(() => query(nobodysOrder)),
  }
}

/** @throws {PayRefused} {PayUnavailable} when the signed reply says that it failed */
function demandSuccess(reply: WeixinFields) {
  if (reply["result_code"] === "SUCCESS") return
  const reason = `WeChat Pay says ${told(`${reply["err_code"]} ${reply["err_code_des"] ?? ""}`)}`
  throw passing.has(reply["err_code"] ?? "") ? new PayUnavailable(reason) : new PayRefused(reason)
}

function paidOf(reply: WeixinFields) {
  const paid = settled.safeParse(reply).data
  return paid && { transactionId: paid.transaction_id, fen: paid.total_fee }
}

/** At most as much of somebody else's words as fits a line. */
const told = (words: string | undefined) => (words ?? "nothing").trim().slice(0, 120)

/** `yyyyMMddHHmmss` as clocks in Beijing show it, all year round 8 hours ahead. */
const beijingDigits = (time: number) => new Date(time + 8 * 3_600_000).toISOString().replace(/\D/g, "").slice(0, 14)
