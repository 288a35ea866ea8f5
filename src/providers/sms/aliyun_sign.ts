import { createHash, createHmac } from "node:crypto"
import { canonicalQuery } from "../../fetching/canonical.ts"

const algorithm = "ACS3-HMAC-SHA256"

export interface AliyunCall {
  /** With the port, where it is no usual one. */
  host: string
  action: string
  version: string
  parameters: Record<string, string>
  /** Such as `2023-10-26T10:22:32Z`. */
  date: string
  nonce: string
}

/** A call of Aliyun's, signed by ACS3-HMAC-SHA256: a POST to `/` with the parameters in the query and an empty body. */
export function aliyunRequest({ keyId, keySecret }: { keyId: string; keySecret: string }, call: AliyunCall) {
  const { host, action, version, parameters, date, nonce } = call
  const query = canonicalQuery(Object.entries(parameters))
  const bodyHash = sha256("")
  const headers: Record<string, string> = {
    host,
    "x-acs-action": action,
    "x-acs-content-sha256": bodyHash,
    "x-acs-date": date,
    "x-acs-signature-nonce": nonce,
    "x-acs-version": version,
  }
  const names = Object.keys(headers).sort()
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join("")
  const canonical = ["POST", "/", query, lines, names.join(";"), bodyHash].join("\n")
  const signature = createHmac("sha256", keySecret)
    .update(`${algorithm}\n${sha256(canonical)}`)
    .digest("hex")
  const authorization = `${algorithm} Credential=${keyId},SignedHeaders=${names.join(";")},Signature=${signature}`
  return { query, headers: { ...headers, Authorization: authorization } }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")
