import { z } from "zod"
import { jsonIn, trouble } from "../../fetching/ask.ts"
import { aliyunRequest } from "./aliyun_sign.ts"
import { SmsRefused, type SmsSender } from "./index.ts"
import { askVendor } from "./vendor.ts"

/** Of Dysmsapi. */
const version = "2017-05-25"
const who = "Aliyun"

const reply = z.object({ Code: z.string() })

export interface AliyunOptions {
  keyId: string
  keySecret: string
  /** As Aliyun approved them. The template has the variable `code`. */
  sign: string
  template: string
  /** `https://dysmsapi.aliyuncs.com` */
  url: string
  /** Milliseconds since 1970. */
  now(): number
  /** How long Aliyun may take, in milliseconds. */
  timeout: number
}

/** Sends codes by Aliyun's short messages. */
export function aliyunSms(options: AliyunOptions): SmsSender {
  const { sign, template, url, now, timeout } = options
  /** @returns the code of the outcome, `OK` when it was done */
  const call = async (parameters: Record<string, string>): Promise<string> => {
    const date = `${new Date(now()).toISOString().slice(0, 19)}Z`
    const asked = { host: new URL(url).host, action: "SendSms", version, parameters, date, nonce: crypto.randomUUID() }
    const { query, headers } = aliyunRequest(options, asked)
    const answer = await askVendor(who, `${url}/?${query}`, { method: "POST", headers }, timeout)
    const { data } = reply.safeParse(jsonIn(answer))
    if (!data) throw new Error(`${who} answered ${answer.status} with nothing that can be read`)
    return /^[\w.-]{1,80}$/.test(data.Code) ? data.Code : "an unreadable code"
  }
  const send = async (tel: string, code: string) =>
    call({ PhoneNumbers: tel, SignName: sign, TemplateCode: template, TemplateParam: JSON.stringify({ code }) })
  return {
    name: "aliyun",
    async send({ tel, code }) {
      const outcome = await send(tel.replace(/^\+/, ""), code)
      if (outcome !== "OK") throw new SmsRefused(`${who} answered ${outcome}`)
    },
    /** Without a number nothing is sent, but the key and its signature are looked at first. */
    check: () => trouble(send("", "000000").then(assertKeyStands)),
  }
}

function assertKeyStands(outcome: string): void {
  if (/^(SignatureDoesNotMatch|InvalidAccessKeyId|Forbidden|NoPermission|InvalidTimeStamp)/.test(outcome)) {
    throw new Error(`Aliyun refuses the access key (${outcome})`)
  }
}
