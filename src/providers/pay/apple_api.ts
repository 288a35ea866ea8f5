import { createPrivateKey, sign } from "node:crypto"
import { z } from "zod"
import { askApple, askTwice } from "./apple_http.ts"
import { PayRefused, PayUnavailable } from "./index.ts"

/** How long a token of ours is good for, in seconds; Apple allows an hour. */
const tokenTtl = 300
/** No such transaction, and no such number of one; any other error may be ours, or may go away. */
const refusals = new Set([4040010, 4000006])

const found = z.object({ signedTransactionInfo: z.string() })
const failure = z.object({ errorCode: z.int() })

export interface StoreApiOptions {
  bundleId: string
  /** `https://api.storekit.apple.com` */
  apiUrl: string
  /** `https://api.storekit-sandbox.apple.com` */
  sandboxApiUrl: string
  /** The three of an In-App Purchase key of App Store Connect. */
  issuerId: string
  keyId: string
  /** PKCS#8 in PEM, of P-256. */
  privateKeyPem: string
  /** Milliseconds since 1970. */
  now(): number
}

/** The App Store Server API, of one app. */
export interface StoreApi {
  /** The signed transaction of that number, unchecked. @throws {PayRefused} when there is none {PayUnavailable} */
  transaction(id: string, sandbox: boolean, signal: AbortSignal): Promise<string>
}

/** @throws {Error} for a malformed key */
export function storeApi(options: StoreApiOptions): StoreApi {
  const token = tokenOf(options)
  const ask = async (id: string, sandbox: boolean, signal: AbortSignal) => {
    const url = `${sandbox ? options.sandboxApiUrl : options.apiUrl}/inApps/v1/transactions/${id}`
    const { status, body } = await askApple(url, { headers: { Authorization: `Bearer ${token()}` } }, signal)
    if (status === 200) return readFound(body)
    const code = failure.safeParse(body).data?.errorCode
    const what = `the App Store Server API answered ${status}${code === undefined ? "" : ` (${code})`}`
    throw code !== undefined && refusals.has(code) ? new PayRefused(what) : new PayUnavailable(what)
  }
  return {
    async transaction(id, sandbox, signal) {
      if (!/^\d{1,40}$/.test(id)) throw new PayRefused("no transaction of Apple is numbered so")
      return askTwice(() => ask(id, sandbox, signal))
    },
  }
}

function readFound(body: unknown): string {
  const { data } = found.safeParse(body)
  if (!data) throw new PayUnavailable("the App Store Server API's answer is malformed")
  return data.signedTransactionInfo
}

/** Makes ES256 JWTs by which the app is known. */
function tokenOf({ bundleId, issuerId, keyId, privateKeyPem, now }: StoreApiOptions): () => string {
  const key = { key: privateKeyOf(privateKeyPem), dsaEncoding: "ieee-p1363" } as const
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const header = encode({ alg: "ES256", kid: keyId, typ: "JWT" })
  return () => {
    const seconds = Math.floor(now() / 1_000)
    const claims = { iss: issuerId, iat: seconds, exp: seconds + tokenTtl, aud: "appstoreconnect-v1", bid: bundleId }
    const signed = `${header}.${encode(claims)}`
    return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`
  }
}

function privateKeyOf(pem: string) {
  const key = readKey(pem)
  if (key?.asymmetricKeyDetails?.namedCurve !== "prime256v1")
    throw new Error("the App Store key is not a P-256 PEM key")
  return key
}

function readKey(pem: string) {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
