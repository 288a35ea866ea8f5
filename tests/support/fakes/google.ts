import { generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

export interface Sale {
  productId: string
  quantity?: number
  /** Paid with play money: it has no order number. */
  test?: boolean
  /** Not paid yet: it has no order number until `settle`. */
  pending?: boolean
  accountId?: string
  /** Signed by a key that is not the app's. */
  forged?: boolean
  /** Signed for another app. */
  packageName?: string
}

/** What the phone gets from Google; `orderId` is empty for a test. */
export interface Sold {
  data: string
  signature: string
  token: string
  orderId: string
}

export type NoticeKind = "purchased" | "cancelled" | "voided" | "partly voided" | "subscription" | "test"

/** Google Play and Google's token endpoint on the loopback. Whatever is named `token` is a purchase token. */
export interface FakeGoogle extends AsyncDisposable {
  apiUrl: string
  tokenUrl: string
  packageName: string
  /** The app's public key in base64. */
  licenceKey: string
  serviceAccount: { clientEmail: string; privateKeyPem: string; privateKeyId: string }
  sell(sale: Sale): Sold
  /** A pending purchase is paid; the phone gets it anew. */
  settle(token: string): Sold
  /** Takes a purchase back, by its order number or token. `at`, in milliseconds, is when Google noticed. */
  refund(orderIdOrToken: string, at?: number): void
  /** From now on Google no longer knows the purchase (410). */
  forget(token: string): void
  /** Pushes a notice; the same `messageId` is a repetition. The answer is the receiver's. */
  notify(url: string, kind: NoticeKind, token: string, messageId?: string): Promise<Response>
  /** The body of such a push. */
  push(kind: NoticeKind, token: string, messageId?: string): string
  /** How often a purchase was acknowledged. */
  acknowledged(token: string): number
  /** How many access tokens were given. */
  grants: number
  /** `dead` hangs up on everyone, `slow` never answers. */
  mood: "well" | "dead" | "slow"
  /** The next calls of the API get these statuses, whatever they ask. */
  answerNext(...statuses: number[]): void
  /** No access token given so far is good any more (401). */
  expireTokens(): void
  /** How many refunds a page of the list has; 2 at first. */
  pageSize: number
}

interface Kept extends Sale {
  token: string
  orderId: string
  acknowledgements: number
  voidedAt?: number
  forgotten?: boolean
}

interface Keys {
  publicKey: KeyObject
  privateKey: KeyObject
}

const newKeys = (): Keys => generateKeyPairSync("rsa", { modulusLength: 2_048 })
/** Made once a run: keys take their time. */
let keys: { licence: Keys; account: Keys; stranger: Keys } | undefined

const scope = "https://www.googleapis.com/auth/androidpublisher"
const audience = "https://oauth2.googleapis.com/token"

class Failure extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
  ) {
    super(reason)
  }
}

export async function startFakeGoogle(packageName = "com.example.live"): Promise<FakeGoogle> {
  keys ??= { licence: newKeys(), account: newKeys(), stranger: newKeys() }
  const { licence, account, stranger } = keys
  const serviceAccount = {
    clientEmail: "mili@example.iam.gserviceaccount.com",
    privateKeyPem: account.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    privateKeyId: "key-1",
  }
  const sales = new Map<string, Kept>()
  const goodTokens = new Set<string>()
  const statuses: number[] = []
  let counted = 0

  const find = (token: string): Kept => {
    const kept = sales.get(token)
    if (!kept) throw new Failure(404, "purchaseTokenNotFound")
    if (kept.forgotten) throw new Failure(410, "purchaseTokenNoLongerValid")
    return kept
  }

  const handOver = (kept: Kept): Sold => {
    const data = JSON.stringify({
      ...(orderIdOf(kept) && { orderId: orderIdOf(kept) }),
      packageName: kept.packageName ?? packageName,
      productId: kept.productId,
      purchaseTime: Date.now(),
      purchaseState: kept.pending ? 4 : 0,
      purchaseToken: kept.token,
      ...(kept.quantity !== undefined && { quantity: kept.quantity }),
      acknowledged: false,
      ...(kept.accountId && { obfuscatedAccountId: kept.accountId }),
    })
    const by = kept.forged ? stranger : licence
    const signature = sign("sha1", Buffer.from(data), by.privateKey).toString("base64")
    return { data, signature, token: kept.token, orderId: kept.orderId }
  }

  const grant = (form: URLSearchParams) => {
    checkAssertion(form, serviceAccount, account.publicKey)
    const token = `ya29.${++google.grants}`
    goodTokens.add(token)
    return { access_token: token, expires_in: 3_599, token_type: "Bearer" }
  }

  const api = (method: string, url: URL, authorization: string) => {
    const status = statuses.shift()
    if (status !== undefined) throw new Failure(status, "backendError")
    if (!goodTokens.has(authorization.replace("Bearer ", ""))) throw new Failure(401, "authError")
    const base = `/androidpublisher/v3/applications/${packageName}/purchases/`
    if (!url.pathname.startsWith(base)) throw new Failure(404, "applicationNotFound")
    const path = url.pathname.slice(base.length)
    if (method === "GET" && path === "voidedpurchases") return voidedPage([...sales.values()], url, google.pageSize)
    const [, productId = "", token = "", acknowledge] =
      /^products\/([^/]+)\/tokens\/([^/:]+)(:acknowledge)?$/.exec(path) ?? []
    const kept = find(decodeURIComponent(token))
    if (kept.productId !== decodeURIComponent(productId)) throw new Failure(400, "invalid")
    if (method === "GET" && !acknowledge) return productPurchase(kept)
    if (method !== "POST" || !acknowledge) throw new Failure(405, "methodNotAllowed")
    if (kept.pending || kept.voidedAt !== undefined) throw new Failure(400, "invalidPurchaseState")
    kept.acknowledgements++
    return undefined
  }

  const answer = async (request: IncomingMessage): Promise<unknown> => {
    const url = new URL(request.url ?? "/", google.apiUrl)
    const body = await text(request)
    if (url.pathname === "/token") return grant(new URLSearchParams(body))
    return api(request.method ?? "", url, request.headers.authorization ?? "")
  }

  const server = createServer(async (request, response) => {
    if (google.mood === "dead") return void request.socket.destroy()
    if (google.mood === "slow") return
    try {
      const result = await answer(request)
      response.writeHead(200, { "Content-Type": "application/json" })
      response.end(result === undefined ? "" : JSON.stringify(result))
    } catch (caught) {
      const { status, reason } = caught instanceof Failure ? caught : new Failure(500, String(caught))
      const error = { code: status, message: reason, status: reason, errors: [{ reason }] }
      response.writeHead(status, { "Content-Type": "application/json" })
      response.end(JSON.stringify({ error: request.url === "/token" ? reason : error }))
    }
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const google: FakeGoogle = {
    apiUrl: url,
    tokenUrl: `${url}/token`,
    packageName,
    licenceKey: licence.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    serviceAccount,
    sell(sale) {
      const number = String(++counted).padStart(5, "0")
      const orderId = sale.test ? "" : `GPA.3300-0000-0000-${number}`
      const kept = { ...sale, token: `token-${number}.AO-J1O_${crypto.randomUUID()}`, orderId, acknowledgements: 0 }
      sales.set(kept.token, kept)
      return handOver(kept)
    },
    settle(token) {
      const kept = find(token)
      kept.pending = false
      return handOver(kept)
    },
    refund(id, at = Date.now()) {
      const kept = [...sales.values()].find((one) => one.token === id || (id !== "" && one.orderId === id))
      if (!kept) throw new Error(`nothing was sold as ${id}`)
      kept.voidedAt = at
    },
    forget(token) {
      find(token).forgotten = true
    },
    notify(to, kind, token, messageId) {
      const body = google.push(kind, token, messageId)
      return fetch(to, { method: "POST", headers: { "Content-Type": "application/json" }, body })
    },
    push(kind, token, messageId = String(++counted)) {
      const kept = sales.get(token)
      const notice = {
        version: "1.0",
        packageName,
        eventTimeMillis: String(Date.now()),
        ...noticeOf(kind, token, kept),
      }
      const message = { data: Buffer.from(JSON.stringify(notice)).toString("base64"), messageId, attributes: {} }
      return JSON.stringify({ message, subscription: "projects/example/subscriptions/play" })
    },
    acknowledged: (token) => sales.get(token)?.acknowledgements ?? 0,
    grants: 0,
    mood: "well",
    answerNext: (...next) => void statuses.push(...next),
    expireTokens: () => goodTokens.clear(),
    pageSize: 2,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return google
}

const orderIdOf = (kept: Kept) => (kept.pending ? "" : kept.orderId)

function productPurchase(kept: Kept) {
  return {
    kind: "androidpublisher#productPurchase",
    purchaseTimeMillis: String(Date.now()),
    purchaseState: kept.voidedAt !== undefined ? 1 : kept.pending ? 2 : 0,
    consumptionState: 0,
    acknowledgementState: kept.acknowledgements > 0 ? 1 : 0,
    orderId: orderIdOf(kept),
    ...(kept.test && { purchaseType: 0 }),
    ...(kept.quantity !== undefined && { quantity: kept.quantity }),
    ...(kept.accountId && { obfuscatedExternalAccountId: kept.accountId }),
    regionCode: "DE",
  }
}

/** The next page's token is where it begins, and the time it began from. */
function voidedPage(sales: Kept[], { searchParams }: URL, pageSize: number) {
  const [since = 0, start = 0] = (searchParams.get("token") ?? `${searchParams.get("startTime") ?? 0} 0`)
    .split(" ")
    .map(Number)
  if (since < Date.now() - 30 * 24 * 3_600_000) throw new Failure(400, "startTimeTooOld")
  const voided = sales.filter((one) => (one.voidedAt ?? -1) >= since)
  const more = voided.length > start + pageSize
  return {
    voidedPurchases: voided.slice(start, start + pageSize).map((one) => ({
      kind: "androidpublisher#voidedPurchase",
      purchaseToken: one.token,
      ...(one.orderId && { orderId: one.orderId }),
      voidedTimeMillis: String(one.voidedAt),
      voidedSource: 0,
      voidedReason: 1,
    })),
    ...(more && { tokenPagination: { nextPageToken: `${since} ${start + pageSize}` } }),
  }
}

function noticeOf(kind: NoticeKind, purchaseToken: string, sold: Kept | undefined) {
  if (kind === "test") return { testNotification: { version: "1.0" } }
  if (kind === "subscription") {
    return {
      subscriptionNotification: { version: "1.0", notificationType: 4, purchaseToken, subscriptionId: "monthly" },
    }
  }
  if (kind === "voided" || kind === "partly voided") {
    const refundType = kind === "voided" ? 1 : 2
    return { voidedPurchaseNotification: { purchaseToken, orderId: sold?.orderId ?? "", productType: 2, refundType } }
  }
  const notificationType = kind === "purchased" ? 1 : 2
  return { oneTimeProductNotification: { version: "1.0", notificationType, purchaseToken, sku: sold?.productId ?? "" } }
}

/** As Google checks it, but for a clock that was moved ahead. */
function checkAssertion(form: URLSearchParams, account: FakeGoogle["serviceAccount"], key: KeyObject): void {
  if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    throw new Failure(400, "unsupported_grant_type")
  }
  const [header = "", payload = "", signature = ""] = (form.get("assertion") ?? "").split(".")
  const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString())
  const { alg, kid } = decode(header)
  const { iss, scope: asked, aud, iat, exp } = decode(payload)
  const seconds = Date.now() / 1_000
  const right =
    verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url")) &&
    alg === "RS256" &&
    kid === account.privateKeyId &&
    iss === account.clientEmail &&
    asked === scope &&
    aud === audience &&
    Number.isInteger(iat) &&
    iat > seconds - 300 &&
    exp > iat &&
    exp <= iat + 3_600
  if (!right) throw new Failure(400, "invalid_grant")
}
