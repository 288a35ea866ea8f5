import { generateKeyPairSync, randomUUID } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import { makeStoreSigner, type StoreSigner } from "./apple_ca.ts"
import {
  type Answer,
  answerReceipt,
  answerTransaction,
  environmentOf,
  type Kept,
  type KeptReceipt,
  transactionOf,
} from "./apple_servers.ts"

export interface Sale {
  productId: string
  quantity?: number
  sandbox?: boolean
  /** A UUID that the app ties to the purchase. */
  accountToken?: string
  /** Bought in another app. */
  bundleId?: string
}

/** What the phone gets from Apple: the same purchase in the old way and in the new. */
export interface Sold {
  transactionId: string
  /** Base64. */
  receipt: string
  /** A StoreKit 2 signed transaction. */
  jws: string
}

/** What receipts are answered with, whatever they are. */
const statuses = {
  malformed: { status: 21002 },
  unavailable: { status: 21005 },
  misled: { status: 21007 },
  retryable: { status: 21150, "is-retryable": true },
  final: { status: 21150, "is-retryable": false },
}

/**
 * `dead` hangs up on everyone, `slow` never answers, `broken` answers 503, `lost` 404, `endless` more than anyone may
 * read, and `mistaken` looks up the first purchase whatever is asked.
 */
export type Mood = "well" | "dead" | "slow" | "broken" | "lost" | "endless" | "mistaken" | keyof typeof statuses

export type Forgery = "self-made root" | "borrowed authority" | "tampered" | "alg none"

/** The App Store on the loopback, with a certificate authority of its own. */
export interface FakeApple extends AsyncDisposable {
  /** All that the provider needs to know of it but the clock. */
  settings: {
    bundleId: string
    appAppleId: number
    sharedSecret: string
    verifyUrl: string
    sandboxVerifyUrl: string
    apiUrl: string
    sandboxApiUrl: string
    issuerId: string
    keyId: string
    privateKeyPem: string
    rootCertificates: Uint8Array[]
  }
  sell(sale: Sale): Sold
  /** A receipt of what was sold, or of nothing; `old` as iOS 6 has it, of one purchase. */
  receiptOf(transactionIds: string[], old?: "old"): string
  /** Takes a purchase back. */
  refund(transactionId: string): void
  /** Takes a refund back. */
  restore(transactionId: string): void
  /** The signed transaction as of now. */
  transactionOf(transactionId: string): string
  /** The signed transaction as a forger has it. */
  forge(transactionId: string, how: Forgery): Promise<string>
  /** Posts a signed notice; the same `uuid` is a repetition. The answer is the receiver's. */
  notify(url: string, type: string, transactionId?: string, uuid?: string): Promise<Response>
  /** The body of such a notice; `changes` replaces fields of its data. */
  noticeOf(type: string, transactionId?: string, uuid?: string, changes?: object): string
  /** Signs whatever it is told to. */
  signer: StoreSigner
  /** How requests are answered. */
  mood: Mood
  /** The next requests are answered so, one each, whatever the mood. */
  answerNext(...moods: Mood[]): void
  /** What was asked so far, such as `production receipt` or `sandbox transaction`. */
  asked: string[]
}

let lastSigned = 0

/** No two notices are signed in the same millisecond, so that the later one is known. */
function signingTime(): number {
  lastSigned = Math.max(Date.now(), lastSigned + 1)
  return lastSigned
}

/** Made once a run: openssl takes its time. */
let signers: { apple: Promise<StoreSigner>; stranger: Promise<StoreSigner> } | undefined

export async function startFakeApple(bundleId = "com.example.live"): Promise<FakeApple> {
  signers ??= { apple: makeStoreSigner(), stranger: makeStoreSigner() }
  const { apple: signer, stranger } = { apple: await signers.apple, stranger: await signers.stranger }
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
  const app = { bundleId, issuerId: randomUUID(), keyId: "2X9R4HXF34", publicKey }
  const appAppleId = 1_234_567_890
  const sharedSecret = "0123456789abcdef0123456789abcdef"
  const purchases = new Map<string, Kept>()
  const receipts = new Map<string, KeptReceipt>()
  const moods: Mood[] = []

  const find = (transactionId: string): Kept => {
    const kept = purchases.get(transactionId)
    if (!kept) throw new Error(`nothing was sold as ${transactionId}`)
    return kept
  }
  const first = () => find([...purchases.keys()][0] ?? "")
  const signed = (kept: Kept) => signer.sign(transactionOf(kept))

  const answer = async (request: IncomingMessage, mood: Exclude<Mood, "dead" | "slow">): Promise<Answer> => {
    const { sandbox, isReceipt } = placeOf(request)
    if (mood === "broken") return { status: 503, body: "Service Unavailable" }
    if (mood === "lost") return { status: 404, body: "Not Found" }
    if (mood === "endless") return { status: 200, body: "x".repeat(5 * 1024 * 1024) }
    if (request.method === "HEAD") return { status: 405, body: "" }
    if (mood === "mistaken") return { status: 200, body: { signedTransactionInfo: signed(first()) } }
    if (!isReceipt) return answerTransaction(request, sandbox, purchases, app, signed)
    if (mood !== "well") return { status: 200, body: statuses[mood] }
    return answerReceipt(request, sandbox, receipts, sharedSecret)
  }

  const server = createServer(async (request, response) => {
    const mood = moods.shift() ?? apple.mood
    const { sandbox, isReceipt } = placeOf(request)
    apple.asked.push(`${sandbox ? "sandbox" : "production"} ${isReceipt ? "receipt" : "transaction"}`)
    if (mood === "dead") return void request.socket.destroy()
    if (mood === "slow") return
    const { status, body } = await answer(request, mood)
    response.writeHead(status, { "Content-Type": "application/json" })
    response.end(typeof body === "string" ? body : JSON.stringify(body))
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const apple: FakeApple = {
    settings: {
      bundleId,
      appAppleId,
      sharedSecret,
      verifyUrl: `${url}/production/verifyReceipt`,
      sandboxVerifyUrl: `${url}/sandbox/verifyReceipt`,
      apiUrl: `${url}/production`,
      sandboxApiUrl: `${url}/sandbox`,
      issuerId: app.issuerId,
      keyId: app.keyId,
      privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      rootCertificates: [signer.root],
    },
    sell({ productId, quantity = 1, sandbox = false, accountToken, bundleId: boughtIn = bundleId }) {
      const transactionId = String(2_000_000_000_000_001 + purchases.size)
      const kept = {
        transactionId,
        productId,
        quantity,
        sandbox,
        accountToken,
        bundleId: boughtIn,
        boughtAt: Date.now(),
      }
      purchases.set(transactionId, kept)
      return { transactionId, receipt: apple.receiptOf([transactionId]), jws: signed(kept) }
    },
    receiptOf(transactionIds, old) {
      const bought = transactionIds.map(find)
      const receipt = Buffer.from(`a receipt, ${randomUUID()}`).toString("base64")
      const { bundleId: boughtIn = bundleId, sandbox = false } = bought[0] ?? {}
      receipts.set(receipt, { bundleId: boughtIn, sandbox, purchases: bought, old: old === "old" })
      return receipt
    },
    refund(transactionId) {
      find(transactionId).refundedAt = Date.now()
    },
    restore(transactionId) {
      delete find(transactionId).refundedAt
    },
    transactionOf: (transactionId) => signed(find(transactionId)),
    async forge(transactionId, how) {
      const payload = transactionOf(find(transactionId))
      if (how === "self-made root") return stranger.sign(payload)
      const x5c = [chainOf(stranger.sign(payload))[0], ...chainOf(signer.sign(payload)).slice(1)]
      if (how === "borrowed authority") return stranger.sign(payload, { x5c })
      if (how === "alg none") return signer.sign(payload, { alg: "none" }).replace(/[^.]*$/, "")
      const [header, , signature] = signer.sign(payload).split(".")
      const richer = Buffer.from(JSON.stringify({ ...payload, quantity: payload.quantity + 1 })).toString("base64url")
      return `${header}.${richer}.${signature}`
    },
    notify(to, type, transactionId, uuid) {
      const body = apple.noticeOf(type, transactionId, uuid)
      return fetch(to, { method: "POST", headers: { "Content-Type": "application/json" }, body })
    },
    noticeOf(type, transactionId, uuid = randomUUID(), changes = {}) {
      const kept = transactionId === undefined ? undefined : find(transactionId)
      const sandbox = kept?.sandbox ?? false
      const data = {
        ...(!sandbox && { appAppleId }),
        bundleId,
        bundleVersion: "1",
        environment: environmentOf(sandbox),
        ...(kept && { signedTransactionInfo: signed(kept) }),
        ...changes,
      }
      const notice = { notificationType: type, notificationUUID: uuid, version: "2.0", signedDate: signingTime(), data }
      return JSON.stringify({ signedPayload: signer.sign(notice) })
    },
    signer,
    mood: "well",
    answerNext: (...next) => void moods.push(...next),
    asked: [],
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close")
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  return apple
}

const placeOf = ({ url = "" }: IncomingMessage) => ({
  sandbox: url.startsWith("/sandbox/"),
  isReceipt: url.endsWith("/verifyReceipt"),
})

const chainOf = (jws: string): string[] => JSON.parse(Buffer.from(jws.split(".")[0] ?? "", "base64url").toString()).x5c
