import { createHmac } from "node:crypto"
import { canonicalQuery, percentEncode } from "../../fetching/canonical.ts"

export interface OAuth1Keys {
  consumerKey: string
  consumerSecret: string
  token: string
  tokenSecret: string
}

export interface OAuth1Request {
  method: "GET" | "POST"
  /** The whole address as it is called, query and all: the host is part of what is signed. */
  url: string
  /** Of a form's body, which is signed too. */
  form?: Record<string, string>
  nonce: string
  /** Unix seconds. */
  timestamp: number
}

/** The `Authorization` header of a call signed by HMAC-SHA1 (RFC 5849). */
export function oauth1Header(keys: OAuth1Keys, request: OAuth1Request): string {
  const own = {
    oauth_consumer_key: keys.consumerKey,
    oauth_nonce: request.nonce,
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: String(request.timestamp),
    oauth_token: keys.token,
    oauth_version: "1.0",
  }
  const signed = { ...own, oauth_signature: signature(keys, request, own) }
  const pairs = Object.entries(signed).map(([name, value]) => `${percentEncode(name)}="${percentEncode(value)}"`)
  return `OAuth ${pairs.join(", ")}`
}

function signature(keys: OAuth1Keys, { method, url, form = {} }: OAuth1Request, own: Record<string, string>): string {
  const { origin, pathname, searchParams } = new URL(url)
  const parameters = canonicalQuery([...searchParams, ...Object.entries(form), ...Object.entries(own)])
  const base = [method, origin + pathname, parameters].map(percentEncode).join("&")
  const key = `${percentEncode(keys.consumerSecret)}&${percentEncode(keys.tokenSecret)}`
  return createHmac("sha1", key).update(base).digest("base64")
}
