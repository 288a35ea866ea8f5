import { createHmac } from "node:crypto"
import type { IceServer } from "./index.ts"

/** How long a name and its password open a TURN server, in seconds; a relay under way goes on. */
const turnTtl = 3_600

export interface IceOptions {
  stunUrls: string[]
  /** Without a secret there are none. */
  turnUrls: string[]
  /** coturn's `static-auth-secret`. */
  turnSecret: string | undefined
}

/**
 * The servers by whose help a phone behind a router reaches others. The name at a TURN server is `EXPIRY:UID`, the password
 * its HMAC-SHA1 in base64: coturn's scheme of time-limited credentials (`use-auth-secret`).
 *
 * @param now milliseconds since 1970
 */
export function iceServers({ stunUrls, turnUrls, turnSecret }: IceOptions, userId: number, now: number): IceServer[] {
  const servers: IceServer[] = []
  if (stunUrls.length > 0) servers.push({ urls: stunUrls })
  if (turnUrls.length > 0 && turnSecret !== undefined) {
    const username = `${Math.floor(now / 1_000) + turnTtl}:${userId}`
    const credential = createHmac("sha1", turnSecret).update(username).digest("base64")
    servers.push({ urls: turnUrls, username, credential })
  }
  return servers
}
