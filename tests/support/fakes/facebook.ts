import { createHmac, randomBytes } from "node:crypto"
import { type FakeVendor, json, type Reply, startVendor } from "./vendor.ts"

export interface FacebookPerson {
  id: string
  name?: string
  picture?: string
  /** Has not set a picture. */
  faceless?: boolean
}

export interface FakeFacebook extends FakeVendor {
  appId: string
  appSecret: string
  grants(person: FacebookPerson, terms?: FacebookTerms): { access_token: string; openid: string }
  /** Every call fails with this code. */
  failsWith: number | undefined
}

export interface FacebookTerms {
  appId?: string
  /** Unix seconds, 0 for never. */
  expiresAt?: number
  valid?: boolean
}

/** Starts Facebook's Graph. */
export async function startFakeFacebook(): Promise<FakeFacebook> {
  const tokens = new Map<string, { person: FacebookPerson } & Required<FacebookTerms>>()
  const failure = (code: number, message: string): Reply =>
    json({ error: { message, type: "OAuthException", code, fbtrace_id: "A1b2C3" } }, 400)

  function inspect(query: URLSearchParams): Reply {
    if (query.get("access_token") !== `${facebook.appId}|${facebook.appSecret}`) {
      return failure(190, "Invalid OAuth access token signature.")
    }
    const grant = tokens.get(query.get("input_token") ?? "")
    const error = { code: 190, message: "Invalid OAuth access token." }
    if (!grant) return json({ data: { error, is_valid: false, scopes: [] } })
    const { person, appId, expiresAt, valid } = grant
    const told = { app_id: appId, type: "USER", application: "Live", expires_at: expiresAt, scopes: ["public_profile"] }
    return json({ data: { ...told, is_valid: valid, user_id: person.id, ...(!valid && { error }) } })
  }

  function me(query: URLSearchParams): Reply {
    const token = query.get("access_token") ?? ""
    const proof = createHmac("sha256", facebook.appSecret).update(token).digest("hex")
    if (query.get("appsecret_proof") !== proof) return failure(100, "Invalid appsecret_proof")
    const person = tokens.get(token)?.person
    if (!person) return failure(190, "Invalid OAuth access token.")
    const { id, name = "", picture, faceless = false } = person
    const url = picture ?? "https://static.xx.fbcdn.test/silhouette.gif"
    const data = { height: 200, is_silhouette: faceless, url, width: 200 }
    return json({ id, name, ...(query.get("fields")?.includes("picture") && { picture: { data } }) })
  }

  const vendor = await startVendor(({ method, path, query }) => {
    if (facebook.failsWith !== undefined) return failure(facebook.failsWith, "as told")
    if (method === "GET" && path === "/debug_token") return inspect(query)
    if (method === "GET" && path === "/me") return me(query)
    return failure(2500, "Unknown path components")
  })
  const facebook: FakeFacebook = Object.assign(vendor, {
    appId: "1122334455667788",
    appSecret: "a-secret-of-facebook's",
    failsWith: undefined,
    grants(person: FacebookPerson, { appId = facebook.appId, expiresAt = 0, valid = true }: FacebookTerms = {}) {
      const access_token = `EAA${randomBytes(16).toString("hex")}`
      tokens.set(access_token, { person, appId, expiresAt, valid })
      return { access_token, openid: person.id }
    },
  })
  return facebook
}
