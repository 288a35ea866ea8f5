import { createHmac } from "node:crypto"
import { SmsNotSent, type SmsProvider } from "./index.ts"

/** How long the receiver may take, in milliseconds. */
const timeout = 5_000

/**
 * Posts `{tel, code, purpose}` as JSON to the operator's own address. The header `X-Mili-Signature` is
 * `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of `SECONDS.BODY` under the shared secret; a receiver should refuse
 * old times. Any 2xx answer means the message is on its way.
 */
export const webhookSms = ({ url, secret }: { url: string; secret: string }): SmsProvider => ({
  name: "webhook",
  async send(message) {
    const body = JSON.stringify({ tel: message.tel, code: message.code, purpose: message.purpose })
    const seconds = Math.floor(Date.now() / 1_000)
    const signature = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")
    const answer = await post(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Mili-Signature": `t=${seconds},v1=${signature}` },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(timeout),
    })
    await answer.body?.cancel()
    if (answer.ok) return
    const reason = `the SMS webhook answered ${answer.status}`
    // A gateway that gave up waiting says nothing of what happened behind it.
    throw answer.status >= 400 && answer.status < 500 ? new SmsNotSent(reason) : new Error(reason)
  },
  async check() {
    try {
      await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(timeout) })
      return undefined
    } catch (error) {
      return `SMS_WEBHOOK_URL cannot be reached: ${error instanceof Error ? error.message : error}`
    }
  },
})

/** A receiver that cannot be connected to has sent nothing; one that is silent may have. */
async function post(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request)
  } catch (error) {
    const refused = error instanceof Error && "code" in error && error.code === "ConnectionRefused"
    throw refused ? new SmsNotSent("the SMS webhook cannot be connected to") : error
  }
}
