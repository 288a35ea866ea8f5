import { randomBytes } from "node:crypto"
import { type FakeVendor, json, type Reply, startVendor } from "./vendor.ts"

export interface QqPerson {
  openid: string
  unionid?: string
  nickname?: string
  gender?: string
  city?: string
  province?: string
  figureurl_qq_1?: string
  figureurl_qq_2?: string
}

export interface FakeQq extends FakeVendor {
  /** Of the Android app and of the iOS app. */
  appIds: [string, string]
  grants(person: QqPerson, appId?: string): { access_token: string; openid: string }
  /** Answers to `/oauth2.0/me` come as a call of `callback`, asked for JSON or not. */
  wraps: boolean
  /** Whether the app may ask for the id that its vendor's apps share. */
  sharesIds: boolean
  /** What it says of people instead of who they are. */
  ret: number
}

/** Starts QQ's sign-in. Its JSON is `text/html`. */
export async function startFakeQq(): Promise<FakeQq> {
  const tokens = new Map<string, { person: QqPerson; appId: string }>()
  const html = (body: unknown): Reply => json(body, 200, "text/html; charset=utf-8")
  const said = (body: object): Reply =>
    qq.wraps ? { type: "text/html", body: `callback( ${JSON.stringify(body)} );\n` } : html(body)

  const vendor = await startVendor(({ method, path, query }) => {
    if (method !== "GET") return { status: 404, body: "" }
    const grant = tokens.get(query.get("access_token") ?? "")
    if (path === "/oauth2.0/me") {
      if (!grant) return said({ error: 100016, error_description: "access token check failed" })
      const asksUnionId = query.get("unionid") === "1"
      if (asksUnionId && !qq.sharesIds) return said({ error: 100048, error_description: "no permission of unionid" })
      const { openid, unionid } = grant.person
      return said({ client_id: grant.appId, openid, ...(asksUnionId && { unionid }) })
    }
    if (path !== "/user/get_user_info") return { status: 404, body: "" }
    if (!grant) return html({ ret: -23, msg: "token is invalid" })
    if (grant.appId !== query.get("oauth_consumer_key")) return html({ ret: 100030, msg: "not this app's" })
    if (grant.person.openid !== query.get("openid")) return html({ ret: -22, msg: "openid is invalid" })
    if (qq.ret !== 0) return html({ ret: qq.ret, msg: "no" })
    const { openid: _, unionid: __, ...told } = grant.person
    return html({ ret: 0, msg: "", is_lost: 0, nickname: "", gender: "", province: "", city: "", year: "", ...told })
  })
  const appIds: [string, string] = ["101000001", "101000002"]
  const qq: FakeQq = Object.assign(vendor, {
    appIds,
    wraps: false,
    sharesIds: true,
    ret: 0,
    grants(person: QqPerson, appId: string = appIds[0]) {
      const access_token = randomBytes(16).toString("hex").toUpperCase()
      tokens.set(access_token, { person, appId })
      return { access_token, openid: person.openid }
    },
  })
  return qq
}
