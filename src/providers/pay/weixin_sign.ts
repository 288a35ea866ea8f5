import { createHash, createHmac, timingSafeEqual } from "node:crypto"
import type { WeixinFields } from "./weixin_xml.ts"

export type WeixinSignType = "MD5" | "HMAC-SHA256"

/** WeChat Pay v2's signature: upper-case hex over the sorted `name=text` of all that is not empty, and the API key. */
export function weixinSign(fields: WeixinFields, apiKey: string, type: WeixinSignType): string {
  const signed = Object.entries(fields).filter(([name, text]) => text !== "" && name !== "sign" && name !== "key")
  // By code unit, which is what WeChat calls the order of ASCII.
  signed.sort(([a], [b]) => (a < b ? -1 : 1))
  const message = [...signed, ["key", apiKey]].map(([name, text]) => `${name}=${text}`).join("&")
  const hash = type === "MD5" ? createHash("md5") : createHmac("sha256", apiKey)
  return hash.update(message).digest("hex").toUpperCase()
}

/** Whether the `sign` among the fields is right. Its length tells its type, which WeChat does not always repeat. */
export function isWeixinSigned(fields: WeixinFields, apiKey: string): boolean {
  const given = Buffer.from(fields["sign"] ?? "")
  const expected = Buffer.from(weixinSign(fields, apiKey, given.length === 64 ? "HMAC-SHA256" : "MD5"))
  return given.length === expected.length && timingSafeEqual(given, expected)
}
