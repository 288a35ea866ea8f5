import type { X509Certificate } from "node:crypto"
import { z } from "zod"
import { readJws } from "./apple_jws.ts"
import { PayRefused, type Purchase } from "./index.ts"

const quantityMost = 1_000

/** Xcode signs its own transactions, of other environments. */
export const environment = z.enum(["Production", "Sandbox"])
export const text = z.string().min(1).max(200)

const origin = z.object({ bundleId: z.string(), environment })
const transaction = z.object({
  transactionId: text,
  productId: text,
  quantity: z.int(),
  appAccountToken: text.optional(),
  revocationDate: z.number().optional(),
  signedDate: z.int().optional(),
  /** Thousandths of the currency's unit; 0 with an offer code, which Apple pays nothing for. */
  price: z.number().optional(),
})

/** Reads a StoreKit 2 signed transaction of the app. @throws {PayRefused} */
export function readTransaction(jws: string, bundleId: string, roots: readonly X509Certificate[]): Purchase {
  const payload = readJws(jws, roots)
  const from = checkOrigin(payload, bundleId)
  const { data } = transaction.safeParse(payload)
  if (!data) throw new PayRefused("Apple's signed text is not of a purchase")
  return {
    transactionId: data.transactionId,
    productId: data.productId,
    quantity: checkQuantity(data.quantity),
    state: data.revocationDate === undefined ? "paid" : "refunded",
    sandbox: from.environment === "Sandbox",
    ...(data.price === 0 && { free: true }),
    ...(data.signedDate !== undefined && { saidAt: data.signedDate }),
    accountTag: data.appAccountToken,
  }
}

/** @throws {PayRefused} unless it is of the app, and of the App Store or its sandbox */
export function checkOrigin(payload: unknown, bundleId: string): z.output<typeof origin> {
  const { data } = origin.safeParse(payload)
  if (!data) throw new PayRefused("Apple's signed text is of no app, or not from the App Store")
  if (data.bundleId !== bundleId) throw new PayRefused("Apple's signed text is of another app")
  return data
}

/** @throws {PayRefused} for what nobody may buy at once */
export function checkQuantity(quantity: number): number {
  if (quantity < 1 || quantity > quantityMost) throw new PayRefused(`nobody may buy ${quantity} packs at once`)
  return quantity
}
