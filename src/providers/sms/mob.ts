import { z } from "zod"
import { jsonIn, trouble } from "../../fetching/ask.ts"
import { type Platform, SmsRefused, type SmsVerifier } from "./index.ts"
import { askVendor } from "./vendor.ts"
import { zoneOf } from "./zone.ts"

const who = "Mob"

const right = 200
/** What the person is to blame for: no code, too many tries, a wrong or used code, a number that is none. */
const wrong = [456, 457, 466, 467, 468]

/** Sent as `text/plain`, with 200, whatever the outcome. */
const reply = z.object({ status: z.int() })

export interface MobOptions {
  /** Of the Android app and of the iOS app. */
  appKeys: Record<Platform, string>
  /** `https://webapi.sms.mob.com` */
  url: string
  /** How long Mob may take, in milliseconds. */
  timeout: number
}

/** Checks codes that Mob's SDK on the phone had sent. */
export function mobSms({ appKeys, url, timeout }: MobOptions): SmsVerifier {
  const call = async (platform: Platform, phone: string, zone: string, code: string): Promise<number> => {
    const body = new URLSearchParams({ appkey: appKeys[platform], phone, zone, code })
    const answer = await askVendor(who, `${url}/sms/verify`, { method: "POST", body }, timeout)
    const { data } = reply.safeParse(jsonIn(answer))
    if (!data) throw new Error(`${who} answered ${answer.status} with nothing that can be read`)
    return data.status
  }
  return {
    name: "mob",
    async verify(tel, code, platform) {
      const { zone, national } = zoneOf(tel)
      const status = await call(platform, national, zone, code)
      if (status === right) return true
      if (wrong.includes(status)) return false
      const message = `${who} answered with status ${status}`
      throw status < 500 ? new SmsRefused(message) : new Error(message)
    },
    /** Without a number and a code nothing is checked but the app's key. */
    async check() {
      const android = await trouble(assertKeyStands(call("android", "", "86", "")))
      return android ?? trouble(assertKeyStands(call("ios", "", "86", "")))
    },
  }
}

async function assertKeyStands(answer: Promise<number>): Promise<void> {
  const status = await answer
  if (!wrong.includes(status)) throw new Error(`${who} refuses an app's key with status ${status}`)
}
