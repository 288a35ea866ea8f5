import { createHmac } from "node:crypto"
import { isSameSecret } from "../../secret.ts"

export interface QiniuKeys {
  accessKey: string
  secretKey: string
}

/** The parts of a request that Qiniu signs. */
export interface QiniuRequest {
  method: string
  /** As the client sends it, with a port that is not the scheme's own. */
  host: string
  /** The path and the query as sent. */
  target: string
  contentType?: string | undefined
  headers?: Headers
  body?: string | Uint8Array
}

/** HMAC-SHA1 in base64 with `-` and `_`, padded: Qiniu's signature of a text. */
export const qiniuSign = (secretKey: string, ...parts: (string | Uint8Array)[]): string => {
  const hmac = createHmac("sha1", secretKey)
  for (const part of parts) hmac.update(part)
  return urlSafe(hmac.digest("base64"))
}

/** The way Qiniu writes names in paths. */
export const qiniuName = (name: string): string => urlSafe(Buffer.from(name).toString("base64"))

const urlSafe = (base64: string) => base64.replaceAll("+", "-").replaceAll("/", "_")

/** The `Authorization` header of a request, in the scheme `Qiniu`, which calls and callbacks share. */
export function qiniuAuthorization({ accessKey, secretKey }: QiniuKeys, request: QiniuRequest): string {
  const { method, host, target, contentType, headers, body } = request
  const lines = [`${method} ${target}`, `Host: ${host}`]
  if (contentType) lines.push(`Content-Type: ${contentType}`)
  lines.push(...qiniuHeaders(headers))
  const signsBody = contentType && contentType !== "application/octet-stream"
  return `Qiniu ${accessKey}:${qiniuSign(secretKey, `${lines.join("\n")}\n\n`, signsBody ? (body ?? "") : "")}`
}

/** Whether a request's `Authorization` is Qiniu's own. */
export const isQiniuSigned = (keys: QiniuKeys, authorization: string, request: QiniuRequest): boolean =>
  isSameSecret(authorization, qiniuAuthorization(keys, request))

/** `X-Qiniu-…: value`, sorted. */
function qiniuHeaders(headers: Headers | undefined): string[] {
  const own = [...(headers ?? [])].filter(([name]) => /^x-qiniu-./i.test(name))
  const lines = own.map(([name, value]) => `${name.replace(/[^-]+/g, capitalised)}: ${value}`)
  return lines.sort((one, other) => (one < other ? -1 : 1))
}

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()
