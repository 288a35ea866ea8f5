import { constants, createDecipheriv, type KeyObject, sign, verify } from "node:crypto"

/** How far the time of a signature may be from ours, in seconds; an older one may be a replay. */
const skewMost = 300
const tagLength = 16

export interface SealedResource {
  /** base64; the last 16 bytes of it are the tag. */
  ciphertext: string
  nonce: string
  associated_data?: string | undefined
}

/** WeChat Pay v3's signature in base64: RSA with SHA-256 over the lines, each of which ends in LF. */
export function signLines(lines: string[], merchantKey: KeyObject): string {
  const key = { key: merchantKey, padding: constants.RSA_PKCS1_PADDING }
  return sign("RSA-SHA256", Buffer.from(lines.map((line) => `${line}\n`).join("")), key).toString("base64")
}

/**
 * Whether WeChat signed these bytes within five minutes of now. WeChat sends signatures beginning with
 * `WECHATPAY/SIGNTEST/` to see whether anybody looks; they are wrong like any other.
 *
 * @param platformKeys WeChat's public keys by their serial
 * @param now milliseconds since 1970
 */
export function isSignedByWeixin(
  { headers, body }: { headers: Headers; body: Uint8Array },
  platformKeys: Map<string, KeyObject>,
  now: number,
): boolean {
  const key = platformKeys.get(headers.get("wechatpay-serial") ?? "")
  const timestamp = headers.get("wechatpay-timestamp") ?? ""
  const signature = Buffer.from(headers.get("wechatpay-signature") ?? "", "base64")
  if (!key || !/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1_000 - Number(timestamp)) > skewMost) return false
  const head = Buffer.from(`${timestamp}\n${headers.get("wechatpay-nonce") ?? ""}\n`)
  const message = Buffer.concat([head, body, Buffer.from("\n")])
  return verify("RSA-SHA256", message, { key, padding: constants.RSA_PKCS1_PADDING }, signature)
}

/** Opens what AES-GCM sealed. @throws when the key is another or anything was changed */
export function openResource({ ciphertext, nonce, associated_data = "" }: SealedResource, key: Uint8Array): string {
  const sealed = Buffer.from(ciphertext, "base64")
  const algorithm = key.length === 16 ? "aes-128-gcm" : "aes-256-gcm"
  const decipher = createDecipheriv(algorithm, key, Buffer.from(nonce), { authTagLength: tagLength })
  decipher.setAAD(Buffer.from(associated_data))
  decipher.setAuthTag(sealed.subarray(-tagLength))
  return Buffer.concat([decipher.update(sealed.subarray(0, -tagLength)), decipher.final()]).toString("utf8")
}
