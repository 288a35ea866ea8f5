import { createHash, createHmac } from "node:crypto"

export interface KsyunKeys {
  accessKey: string
  secretKey: string
}

/**
 * Kingsoft Cloud's signature by access key, of push addresses and of calls: HMAC-SHA1 in base64 over `GET`, the end and the
 * resource, which is the parameters as `name=value` in the order of the alphabet.
 *
 * @param expire in seconds since 1970
 */
export function ksyunSign(secretKey: string, expire: number, parameters: Record<string, string>): string {
  const sorted = Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1))
  const resource = sorted.map(([name, value]) => `${name}=${value}`).join("&")
  return createHmac("sha1", secretKey).update(`GET\n${expire}\n${resource}`).digest("base64")
}

/** The query of a signed address. @param expire in seconds since 1970 */
export const ksyunQuery = (
  { accessKey, secretKey }: KsyunKeys,
  expire: number,
  parameters: Record<string, string>,
): URLSearchParams =>
  new URLSearchParams({
    signature: ksyunSign(secretKey, expire, parameters),
    accesskey: accessKey,
    expire: String(expire),
    ...parameters,
  })

/** The key of the MD5 form (anti-leech): 16 hex digits. @param end in seconds since 1970 */
export const leechKey = (key: string, stream: string, end: number): string =>
  createHash("md5").update(`${key}${stream}${end}`).digest("hex").slice(8, 24)
