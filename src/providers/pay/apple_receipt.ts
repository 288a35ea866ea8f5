import { z } from "zod"
import { askApple, askTwice } from "./apple_http.ts"
import { checkQuantity, environment, text } from "./apple_transaction.ts"
import { PayRefused, PayUnavailable, type Purchase } from "./index.ts"

/** The longest receipt sent on, in characters. */
const receiptMost = 1024 * 1024
/** Production, its sandbox, and production again when they do not agree whose the receipt is. */
const stepsMost = 3

export interface ReceiptOptions {
  bundleId: string
  /** The app's shared secret, which Apple wants for subscriptions only. */
  sharedSecret?: string | undefined
  /** `https://buy.itunes.apple.com/verifyReceipt` */
  verifyUrl: string
  /** `https://sandbox.itunes.apple.com/verifyReceipt` */
  sandboxVerifyUrl: string
}

const codes = { malformed: 21002, unavailable: 21005, forSandbox: 21007, forProduction: 21008, internal: 21009 }

const reply = z.object({ status: z.int(), "is-retryable": z.union([z.boolean(), z.literal([0, 1])]).optional() })

const entry = z.object({
  transaction_id: text,
  product_id: text,
  quantity: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
  cancellation_date: z.string().optional(),
  app_account_token: text.optional(),
})
const receiptReply = z.object({
  environment: environment.optional(),
  receipt: z.object({ bundle_id: z.string(), in_app: z.array(entry) }),
})
/** The receipts of iOS 6 are of one purchase. */
const oldReply = z.object({ environment: environment.optional(), receipt: entry.extend({ bid: z.string() }) })

/**
 * Has Apple check a receipt (verifyReceipt), at production first: what App Review buys is of the sandbox.
 *
 * @param receipt base64
 * @param signal ends the whole of it, with every retry
 * @throws {PayRefused} {PayUnavailable}
 */
export async function verifyReceipt(
  receipt: string,
  options: ReceiptOptions,
  signal: AbortSignal,
): Promise<Purchase[]> {
  const bare = receipt.replace(/[\r\n]/g, "")
  if (bare.length > receiptMost || !/^[A-Za-z0-9+/]+={0,2}$/.test(bare)) {
    throw new PayRefused("the receipt is too long or not base64")
  }
  const body = JSON.stringify({ "receipt-data": bare, ...(options.sharedSecret && { password: options.sharedSecret }) })
  let sandbox = false
  for (let step = 0; step < stepsMost; step++) {
    const url: string = sandbox ? options.sandboxVerifyUrl : options.verifyUrl
    const { status, answer } = await askTwice(() => ask(url, body, signal))
    if (status === 0) return readReceipt(answer, options.bundleId, sandbox)
    // Our own setting is wrong: the buyer can do nothing about it, and may try again once it is mended.
    if (status === 21004) throw new PayUnavailable("Apple says that APPLE_SHARED_SECRET is wrong (21004)")
    if (status !== codes.forSandbox && status !== codes.forProduction) {
      throw new PayRefused(`Apple refuses the receipt with ${status}`)
    }
    sandbox = status === codes.forSandbox
  }
  throw new PayUnavailable("Apple's two receipt servers do not agree whose the receipt is")
}

/** @throws {PayUnavailable} also for a status that may go away; a malformed receipt has one that Apple's troubles have too */
async function ask(url: string, body: string, signal: AbortSignal): Promise<{ status: number; answer: unknown }> {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body }
  const { status: httpStatus, body: answer } = await askApple(url, request, signal)
  if (httpStatus !== 200) throw new PayUnavailable(`Apple answered ${httpStatus} to a receipt`)
  const { data } = reply.safeParse(answer)
  if (!data) throw new PayUnavailable("Apple's answer to a receipt is malformed")
  const { status, "is-retryable": retryable } = data
  const passing: number[] = [codes.malformed, codes.unavailable, codes.internal]
  if (passing.includes(status) || (status >= 21100 && status <= 21199 && retryable)) {
    throw new PayUnavailable(`Apple could not check the receipt: ${status}`)
  }
  return { status, answer }
}

function readReceipt(answer: unknown, bundleId: string, sandbox: boolean): Purchase[] {
  const { app, entries, place } = receiptOf(answer)
  if (app !== bundleId) throw new PayRefused("the receipt is of another app")
  return entries.map((one) => ({
    transactionId: one.transaction_id,
    productId: one.product_id,
    quantity: checkQuantity(one.quantity),
    state: one.cancellation_date ? "refunded" : "paid",
    sandbox: sandbox || place === "Sandbox",
    accountTag: one.app_account_token,
  }))
}

function receiptOf(answer: unknown) {
  const { data } = receiptReply.safeParse(answer)
  if (data) return { app: data.receipt.bundle_id, entries: data.receipt.in_app, place: data.environment }
  const { data: old } = oldReply.safeParse(answer)
  if (old) return { app: old.receipt.bid, entries: [old.receipt], place: old.environment }
  throw new PayUnavailable("Apple's answer to a receipt is malformed")
}
