import { createRequire } from "node:module"

interface Credentials {
  generateAccessToken(
    options: { method: string; host: string; path: string; headers: Record<string, string> },
    body: string,
  ): string
  sign(text: string): string
}

interface Keys {
  accessKey: string
  secretKey: string
}

// Its declarations leave this class out.
const { Credentials } = createRequire(import.meta.url)("qiniu") as {
  Credentials: new (accessKey: string, secretKey: string) => Credentials
}

/** What Qiniu's own package signs a request with. */
export function piliAuthorization(
  { accessKey, secretKey }: Keys,
  request: { method: string; host: string; target: string; contentType?: string | undefined; body: string },
): string {
  const { method, host, target, contentType, body } = request
  const headers: Record<string, string> = contentType ? { "Content-Type": contentType } : {}
  return new Credentials(accessKey, secretKey).generateAccessToken({ method, host, path: target, headers }, body)
}

/** `AK:sign` of a text, by the same package. */
export const piliToken = ({ accessKey, secretKey }: Keys, text: string): string =>
  new Credentials(accessKey, secretKey).sign(text)
