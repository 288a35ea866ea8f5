import { createHmac, randomBytes } from "node:crypto"
import { type Asked, type FakeVendor, json, type Reply, startVendor } from "./vendor.ts"

export interface TwitterPerson {
  id: string
  name?: string
  screen_name?: string
  location?: string
  picture?: string
}

export interface FakeTwitter extends FakeVendor {
  consumerKey: string
  consumerSecret: string
  /** A token that the person gave to an app: ours, unless another's key is named. */
  grants(
    person: TwitterPerson,
    consumerKey?: string,
  ): { access_token: string; access_token_secret: string; openid: string }
}

/** Seconds that a call's clock may be off. */
const clockMost = 300

/** Starts Twitter's OAuth 1. */
export async function startFakeTwitter(): Promise<FakeTwitter> {
  const tokens = new Map<string, { person: TwitterPerson; secret: string; consumerKey: string }>()
  const nonces = new Set<string>()
  const failure = (code: number, message: string): Reply => json({ errors: [{ code, message }] }, 401)

  const vendor = await startVendor((asked) => {
    const { method, path, query } = asked
    if (method !== "GET" || path !== "/1.1/account/verify_credentials.json")
      return json({ errors: [{ code: 34 }] }, 404)
    const signed = headerOf(asked)
    const grant = tokens.get(signed["oauth_token"] ?? "")
    if (signed["oauth_consumer_key"] !== twitter.consumerKey) return failure(215, "Bad Authentication data.")
    if (!grant || grant.consumerKey !== twitter.consumerKey) return failure(89, "Invalid or expired token.")
    const { oauth_signature: given, ...rest } = signed
    const key = `${encode(twitter.consumerSecret)}&${encode(grant.secret)}`
    if (given !== signatureOf(asked, rest, key)) return failure(32, "Could not authenticate you.")
    const nonce = rest["oauth_nonce"] ?? ""
    const isFresh = !nonces.has(nonce) && Math.abs(Number(rest["oauth_timestamp"]) - Date.now() / 1_000) < clockMost
    if (!isFresh || rest["oauth_version"] !== "1.0" || query.get("skip_status") !== "true") {
      return failure(135, "Timestamp out of bounds.")
    }
    nonces.add(nonce)
    const { id, name = "", screen_name = "", location = "", picture } = grant.person
    return json({
      id: Number(id),
      id_str: id,
      name,
      screen_name,
      location,
      profile_image_url_https: picture ?? "https://abs.twimg.test/sticky/default_profile_normal.png",
      default_profile_image: picture === undefined,
    })
  })
  const twitter: FakeTwitter = Object.assign(vendor, {
    consumerKey: "xvz1evFS4wEEPTGEFPHBog",
    consumerSecret: "a secret & of Twitter's",
    grants(person: TwitterPerson, consumerKey = twitter.consumerKey) {
      const [access_token, secret] = [`${person.id}-${randomBytes(8).toString("hex")}`, randomBytes(16).toString("hex")]
      tokens.set(access_token, { person, secret, consumerKey })
      return { access_token, access_token_secret: secret, openid: person.id }
    },
  })
  return twitter
}

function headerOf(asked: Asked): Record<string, string> {
  const pairs = asked.header("authorization").matchAll(/(oauth_\w+)="([^"]*)"/g)
  return Object.fromEntries([...pairs].map(([, name = "", value = ""]) => [name, decodeURIComponent(value)]))
}

/** Rebuilds the signature from what came, by the vendor's own words. */
function signatureOf({ method, url, query }: Asked, signed: Record<string, string>, key: string): string {
  const pairs = [...query, ...Object.entries(signed)].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort()
  const base = `${method}&${encode(url.split("?")[0] ?? "")}&${encode(pairs.join("&"))}`
  return createHmac("sha1", key).update(base).digest("base64")
}

const encode = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => {
      const sign = String.fromCharCode(byte)
      return /[\w.~-]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
    })
    .join("")
