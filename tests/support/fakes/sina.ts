import { randomBytes } from "node:crypto"
import { type FakeVendor, json, type Reply, startVendor } from "./vendor.ts"

export interface SinaPerson {
  uid: string
  screen_name?: string
  gender?: string
  location?: string
  avatar_large?: string
  profile_image_url?: string
}

export interface FakeSina extends FakeVendor {
  appKey: string
  /** `seconds` are those the token is still good for. */
  grants(person: SinaPerson, appKey?: string, seconds?: number): { access_token: string; uid: string }
  /** Says ids as numbers, as its samples do, and not as text, as its documents do. */
  counts: boolean
}

/** Starts Weibo's sign-in. */
export async function startFakeSina(): Promise<FakeSina> {
  const tokens = new Map<string, { person: SinaPerson; appKey: string; seconds: number }>()
  const failure = (path: string, error: string, error_code: number): Reply =>
    json({ error, error_code, request: path }, 403)
  const number = (digits: string) => (sina.counts ? Number(digits) : digits)

  const vendor = await startVendor(({ method, path, query, form }) => {
    if (method === "POST" && path === "/oauth2/get_token_info") {
      const grant = tokens.get(form.get("access_token") ?? "")
      if (!grant) return failure(path, "invalid_access_token", 21332)
      const { person, appKey, seconds } = grant
      const told = { uid: number(person.uid), appkey: number(appKey), scope: "", create_at: number("1352267591") }
      return json({ ...told, expire_in: number(String(seconds)) })
    }
    if (method !== "GET" || path !== "/2/users/show.json") return { status: 404, body: "" }
    const grant = tokens.get(query.get("access_token") ?? "")
    if (!grant) return failure(path, "invalid_access_token", 21332)
    if (grant.seconds <= 0) return failure(path, "expired_token", 21327)
    const { uid, ...told } = grant.person
    if (query.get("uid") !== uid) return failure(path, "uid's value must be the authorized user's", 21335)
    return json({ id: Number(uid), idstr: uid, screen_name: "", location: "", gender: "n", ...told })
  })
  const sina: FakeSina = Object.assign(vendor, {
    appKey: "1234567890",
    counts: false,
    grants(person: SinaPerson, appKey = sina.appKey, seconds = 86_400) {
      const access_token = `2.00${randomBytes(12).toString("base64url")}`
      tokens.set(access_token, { person, appKey, seconds })
      return { access_token, uid: person.uid }
    },
  })
  return sina
}
