import { randomInt } from "node:crypto"
import { type FakeVendor, json, startVendor } from "./vendor.ts"

export interface FakeMob extends FakeVendor {
  /** Of the Android app and of the iOS app. */
  appKeys: { android: string; ios: string }
  /** The phone's SDK has a code sent. @returns what arrives there */
  sends(national: string, zone?: string, platform?: "android" | "ios"): string
  /** Whether the console's switch for checks by servers is on. */
  serverChecks: boolean
}

const triesMost = 3

/** Starts Mob's check of codes: every outcome is a 200 of `text/plain`. */
export async function startFakeMob(): Promise<FakeMob> {
  const codes = new Map<string, string>()
  const tries = new Map<string, number>()

  const vendor = await startVendor(({ method, path, form }) => {
    if (method !== "POST" || path !== "/sms/verify") return { status: 404, body: "" }
    const [appkey, phone, zone, code] = ["appkey", "phone", "zone", "code"].map((name) => form.get(name) ?? "")
    return json(
      { status: statusOf(appkey ?? "", phone ?? "", zone ?? "", code ?? "") },
      200,
      "text/plain; charset=utf-8",
    )
  })

  function statusOf(appkey: string, phone: string, zone: string, code: string): number {
    if (appkey === "") return 405
    if (!Object.values(mob.appKeys).includes(appkey)) return 406
    if (phone === "" || zone === "") return 456
    if (!mob.serverChecks) return 474
    if (code === "") return 466
    if (!/^\d{5,14}$/.test(phone)) return 457
    const of = `${appkey} ${zone} ${phone}`
    const tried = (tries.get(of) ?? 0) + 1
    tries.set(of, tried)
    if (tried > triesMost) return 467
    if (codes.get(of) !== code) return 468
    codes.delete(of)
    return 200
  }

  const mob: FakeMob = Object.assign(vendor, {
    appKeys: { android: "moba6b6c6d6", ios: "mobb7c7d7e7" },
    serverChecks: true,
    sends(national: string, zone = "86", platform: "android" | "ios" = "android") {
      const of = `${mob.appKeys[platform]} ${zone} ${national}`
      const code = String(randomInt(1_000, 10_000))
      codes.set(of, code)
      tries.delete(of)
      return code
    },
  })
  return mob
}
