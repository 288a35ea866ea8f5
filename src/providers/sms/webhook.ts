import { createHmac } from "node:crypto"
import { ask, trouble } from "../../fetching/ask.ts"
import { SmsRefused, type SmsSender } from "./index.ts"
import { askVendor } from "./vendor.ts"

/** How long the receiver may take, in milliseconds. */
const timeout = 5_000
const who = "the SMS webhook"

/**
 * Posts `{tel, code, purpose}` as JSON to the operator's own address. The header `X-Mili-Signature` is
 * `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of `SECONDS.BODY` under the shared secret; a receiver should refuse
 * old times. Any 2xx answer means the message is on its way.
 */
export const webhookSms = ({ url, secret }: { url: string; secret: string }): SmsSender => ({
  name: "webhook",
  async send(message) {
    const body = JSON.stringify({ tel: message.tel, code: message.code, purpose: message.purpose })
    const seconds = Math.floor(Date.now() / 1_000)
    const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")
    const headers = { "Content-Type": "application/json", "X-Mili-Signature": `t=${seconds},v1=${signature}` }
    const { status } = await askVendor(who, url, { method: "POST", headers, body }, timeout)
    if (status < 200 || status > 299) throw new SmsRefused(`${who} answered ${status}`)
  },
  async check() {
    const reason = await trouble(ask(who, url, { method: "HEAD" }, timeout))
    return reason && `SMS_WEBHOOK_URL: ${reason}`
  },
})
