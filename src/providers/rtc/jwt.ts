import { createHmac } from "node:crypto"
import { isSameSecret } from "../../secret.ts"

/** How far another server's clock may be from ours, in seconds. */
const clockMost = 60

type Claims = Record<string, unknown>

/** A JSON web token signed by HMAC-SHA256; the claims stand in it in the order given. */
export function signJwt(claims: Claims, secret: string): string {
  const said = `${encode({ alg: "HS256" })}.${encode(claims)}`
  return `${said}.${signatureOf(said, secret)}`
}

/**
 * The claims of a token that was signed so and is good now.
 *
 * @param seconds since 1970
 */
export function readJwt(token: string, secret: string, seconds: number): Claims | undefined {
  const [header = "", payload = "", signature = "", ...more] = token.split(".")
  if (more.length > 0 || decode(header)?.["alg"] !== "HS256") return undefined
  if (!isSameSecret(signature, signatureOf(`${header}.${payload}`, secret))) return undefined
  const claims = decode(payload)
  if (!claims) return undefined
  const { exp, nbf = 0 } = claims
  if (typeof exp !== "number" || typeof nbf !== "number") return undefined
  return exp > seconds - clockMost && nbf <= seconds + clockMost ? claims : undefined
}

const encode = (value: Claims) => Buffer.from(JSON.stringify(value)).toString("base64url")

const signatureOf = (text: string, secret: string) => createHmac("sha256", secret).update(text).digest("base64url")

function decode(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString())
    return typeof value === "object" && value !== null ? (value as Claims) : undefined
  } catch {
    return undefined
  }
}
