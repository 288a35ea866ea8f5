import { createPublicKey, type KeyObject, verify } from "node:crypto"
import { z } from "zod"
import { PayRefused } from "./index.ts"

/** Google's own data and signatures have less than 2,000 characters. */
const dataMost = 10_000
const signatureMost = 2_000

const text = z.string().min(1).max(2_000)
const schema = z.object({
  packageName: text,
  productId: text,
  purchaseToken: text,
  purchaseState: z.int(),
  /** Nothing or an empty text where nobody was charged yet: pending purchases, tests, gifts of a promotion. */
  orderId: z.string().max(200).optional(),
  quantity: z.int().optional(),
  obfuscatedAccountId: z.string().max(200).optional(),
})

/** `INAPP_PURCHASE_DATA` as Google's billing library gives it to the app. `purchaseState` 0 is paid and 4 pending. */
export type SignedPurchase = z.output<typeof schema>

/** Reads the app's licence key of the Play Console: an RSA public key as base64 of its DER. @throws {Error} for anything else */
export function licenceKeyOf(base64: string): KeyObject {
  const key = rsaKey(base64)
  if (key?.asymmetricKeyType !== "rsa") throw new Error("the Google Play licence key is not a base64 RSA public key")
  return key
}

function rsaKey(base64: string): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(base64, "base64"), format: "der", type: "spki" })
  } catch {
    return undefined
  }
}

/** Checks the signature (RSA PKCS#1 v1.5 with SHA-1, over the exact text) and reads the data. @throws {PayRefused} */
export function readSigned(key: KeyObject, data: string, signature: string): SignedPurchase {
  if (data.length > dataMost || signature.length > signatureMost) throw new PayRefused("Google's purchase is too long")
  if (!verify("sha1", Buffer.from(data), key, Buffer.from(signature, "base64"))) {
    throw new PayRefused("Google's signature of the purchase is wrong")
  }
  try {
    return schema.parse(JSON.parse(data))
  } catch {
    throw new PayRefused("Google's purchase is malformed")
  }
}
