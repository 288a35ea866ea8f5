import { z } from "zod"
import { jsonIn, trouble } from "../../fetching/ask.ts"
import { SmsRefused, type SmsSender } from "./index.ts"
import { askVendor } from "./vendor.ts"

const who = "Twilio"

const failure = z.object({ code: z.int() })

export interface TwilioOptions {
  sid: string
  token: string
  /** A number in E.164, or a messaging service (`MG…`). */
  from: string
  /** The message, with `{code}` in it. */
  text: string
  /** `https://api.twilio.com` */
  url: string
  /** How long Twilio may take, in milliseconds. */
  timeout: number
}

/** Sends codes by Twilio's messages. */
export function twilioSms({ sid, token, from, text, url, timeout }: TwilioOptions): SmsSender {
  const account = `${url}/2010-04-01/Accounts/${encodeURIComponent(sid)}`
  const headers = { Authorization: `Basic ${Buffer.from(`${sid}:${token}`).toString("base64")}` }
  const call = async (address: string, request: RequestInit) => {
    const answer = await askVendor(who, address, { ...request, headers }, timeout)
    if (answer.status >= 200 && answer.status < 300) return
    const code = failure.safeParse(jsonIn(answer)).data?.code
    throw new SmsRefused(`${who} answered ${answer.status}${code === undefined ? "" : ` with code ${code}`}`)
  }
  return {
    name: "twilio",
    send({ tel, code }) {
      const body = new URLSearchParams({
        To: tel.startsWith("+") ? tel : `+86${tel}`,
        ...(from.startsWith("MG") ? { MessagingServiceSid: from } : { From: from }),
        Body: text.replaceAll("{code}", code),
      })
      return call(`${account}/Messages.json`, { method: "POST", body })
    },
    check: () => trouble(call(`${account}.json`, {})),
  }
}
