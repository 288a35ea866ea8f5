import { createPrivateKey, sign } from "node:crypto"
import { z } from "zod"
import { PayRefused, PayUnavailable } from "./index.ts"

/** The longest answer read, in bytes; a page of a thousand refunds is a third of it. */
const bytesMost = 1024 * 1024
/** The most pages of refunds read at once: a hundred thousand refunds. */
const pagesMost = 100
/** How long before its end an access token is no longer used, in milliseconds. */
const tokenMargin = 60_000
/** How long an assertion is good for, in seconds. */
const assertionTtl = 3_600
const scope = "https://www.googleapis.com/auth/androidpublisher"
/** Whom assertions are for: Google's own address, also when it is reached by another. */
const audience = "https://oauth2.googleapis.com/token"

/** The fields of a service account's key file that are needed. */
export interface ServiceAccount {
  clientEmail: string
  /** PKCS#8 in PEM. */
  privateKeyPem: string
  privateKeyId: string
}

export interface PlayApiOptions {
  packageName: string
  serviceAccount: ServiceAccount
  /** `https://androidpublisher.googleapis.com` */
  apiUrl: string
  /** `https://oauth2.googleapis.com/token` */
  tokenUrl: string
  /** Milliseconds since 1970. */
  now(): number
  /** How long Google may take for an answer and its body, in milliseconds. */
  timeout: number
}

const productPurchase = z.object({
  /** 0 paid, 1 cancelled or refunded, 2 pending. */
  purchaseState: z.literal([0, 1, 2]),
  /** 0 test, 1 promotion, 2 rewarded; missing for an ordinary purchase. */
  purchaseType: z.int().optional(),
  orderId: z.string().optional(),
  productId: z.string().optional(),
  quantity: z.int().optional(),
  obfuscatedExternalAccountId: z.string().optional(),
})
export type ProductPurchase = z.output<typeof productPurchase>

const voidedPurchase = z.object({ purchaseToken: z.string(), orderId: z.string().optional() })
export type VoidedPurchase = z.output<typeof voidedPurchase>
const voidedPage = z.object({
  voidedPurchases: z.array(voidedPurchase).default([]),
  tokenPagination: z.object({ nextPageToken: z.string().optional() }).optional(),
})

const grant = z.object({ access_token: z.string().min(1), expires_in: z.number() })

/** Google's two ways to name an error: the API's and the token endpoint's. */
const apiError = z.object({ error: z.object({ errors: z.tuple([z.object({ reason: z.string() })], z.unknown()) }) })
const tokenError = z.object({ error: z.string() })

/** The Google Play Developer API (v3), of one app. Every call @throws {PayRefused} for 400, 404 and 410, and {PayUnavailable} */
export interface PlayApi {
  product(productId: string, token: string): Promise<ProductPurchase>
  acknowledge(productId: string, token: string): Promise<void>
  /** What Play noticed as taken back since then, in milliseconds, at most 30 days ago. */
  voided(since: number): Promise<VoidedPurchase[]>
}

export function playApi(options: PlayApiOptions): PlayApi {
  const call = caller(options)
  const pathOf = (productId: string, token: string) => {
    if (!isName(productId) || !isName(token)) throw new PayRefused("no product or purchase of Google Play is named so")
    return `/products/${encodeURIComponent(productId)}/tokens/${encodeURIComponent(token)}`
  }
  return {
    product: async (productId, token) => read(productPurchase, await call("GET", pathOf(productId, token))),
    async acknowledge(productId, token) {
      await call("POST", `${pathOf(productId, token)}:acknowledge`)
    },
    async voided(since) {
      const found: VoidedPurchase[] = []
      let pageToken = ""
      for (let page = 0; page < pagesMost; page++) {
        const query = new URLSearchParams({ startTime: String(since), ...(pageToken && { token: pageToken }) })
        const answer = read(voidedPage, await call("GET", `/voidedpurchases?${query}`))
        found.push(...answer.voidedPurchases)
        pageToken = answer.tokenPagination?.nextPageToken ?? ""
        if (!pageToken) return found
      }
      throw new PayUnavailable(`Google Play's list of refunds has more than ${pagesMost} pages`)
    },
  }
}

/** Dots alone would be read as steps of the path. */
const isName = (name: string) => name.length <= 2_000 && !/^\.*$/.test(name)

/** Calls with an access token, and once more with a new one when Google takes the first for expired. */
function caller(options: PlayApiOptions): (method: "GET" | "POST", path: string) => Promise<string> {
  const { apiUrl, packageName, timeout } = options
  const tokens = accessTokens(options)
  return async (method, path) => {
    const url = `${apiUrl}/androidpublisher/v3/applications/${encodeURIComponent(packageName)}/purchases${path}`
    const ask = (token: string) => {
      const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }
      return askGoogle(url, { method, headers, ...(method === "POST" && { body: "{}" }) }, timeout)
    }
    const token = await tokens.get()
    let answer = await ask(token)
    if (answer.status === 401) {
      tokens.drop(token)
      answer = await ask(await tokens.get())
    }
    if (answer.ok) return answer.body
    const what = `Google Play answered ${answer.status}${reasonOf(answer.body)}`
    throw [400, 404, 410].includes(answer.status) ? new PayRefused(what) : new PayUnavailable(what)
  }
}

/** Access tokens of the service account (RFC 7523): kept until a minute before their end, asked for once at a time. */
function accessTokens({ serviceAccount, tokenUrl, now, timeout }: PlayApiOptions) {
  const assertion = assertionOf(serviceAccount)
  let cached: { token: string; until: number } | undefined
  let asked: Promise<string> | undefined
  const ask = async () => {
    const askedAt = now()
    const body = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: assertion(Math.floor(askedAt / 1_000)),
    })
    const answer = await askGoogle(tokenUrl, { method: "POST", body }, timeout)
    if (!answer.ok) {
      throw new PayUnavailable(`Google answered ${answer.status} to the service account${reasonOf(answer.body)}`)
    }
    const { access_token: token, expires_in: seconds } = read(grant, answer.body)
    cached = { token, until: askedAt + seconds * 1_000 - tokenMargin }
    return token
  }
  return {
    get(): Promise<string> {
      if (cached && now() < cached.until) return Promise.resolve(cached.token)
      asked ??= ask().finally(() => {
        asked = undefined
      })
      return asked
    },
    /** Forgets a token that was refused, unless another has come since. */
    drop(token: string) {
      if (cached?.token === token) cached = undefined
    },
  }
}

/** Makes RS256 JWTs by which the account asks for a token, from the time in seconds. @throws {Error} for a malformed key */
function assertionOf({ clientEmail, privateKeyPem, privateKeyId }: ServiceAccount): (seconds: number) => string {
  const key = privateKeyOf(privateKeyPem)
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
  const header = encode({ alg: "RS256", typ: "JWT", kid: privateKeyId })
  return (seconds) => {
    const claims = { iss: clientEmail, scope, aud: audience, iat: seconds, exp: seconds + assertionTtl }
    const signed = `${header}.${encode(claims)}`
    return `${signed}.${sign("sha256", Buffer.from(signed), key).toString("base64url")}`
  }
}

function privateKeyOf(pem: string) {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new Error("the private key of Google's service account is not a PEM key")
  }
}

/** The message of an error may have the address in it, and so a purchase token: it is not passed on. */
async function askGoogle(url: string, request: RequestInit, timeout: number) {
  try {
    const answer = await fetch(url, { ...request, redirect: "error", signal: AbortSignal.timeout(timeout) })
    return { ok: answer.ok, status: answer.status, body: await readBounded(answer) }
  } catch (error) {
    if (error instanceof PayUnavailable) throw error
    const late = error instanceof Error && error.name === "TimeoutError"
    throw new PayUnavailable(late ? `Google did not answer in ${timeout} ms` : "Google cannot be reached")
  }
}

async function readBounded(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body ?? []) {
    length += chunk.length
    if (length > bytesMost) throw new PayUnavailable("Google answered with too much")
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function read<S extends z.ZodType>(schema: S, body: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(body))
  } catch {
    throw new PayUnavailable("Google's answer is malformed")
  }
}

/** ` (reason)` when Google gives one, a word fit for a log. */
function reasonOf(body: string): string {
  try {
    const error: unknown = JSON.parse(body)
    const reason =
      apiError.safeParse(error).data?.error.errors[0].reason ?? tokenError.safeParse(error).data?.error ?? ""
    return /^\w{1,60}$/.test(reason) ? ` (${reason})` : ""
  } catch {
    return ""
  }
}
