import { isSameSecret } from "../../secret.ts"

/** How long an address opens a new connection, in seconds; a stream under way is not cut. */
const ttl = { push: 6 * 3_600, play: 24 * 3_600, replay: 24 * 3_600 }
const keyDigits = 32

export type Use = keyof typeof ttl

export interface Signing {
  /** HMAC-SHA256 in hex of a text, under the stream secret. */
  sign(text: string): string
  /** Milliseconds since 1970. */
  now(): number
}

/** The end of an address, `?e=SECONDS&key=HEX`, which opens one room for one use until then (seconds since 1970). */
export function signedQuery({ sign, now }: Signing, use: Use, roomId: number): string {
  const end = String(Math.floor(now() / 1_000) + ttl[use])
  return `?e=${end}&key=${keyOf(sign, use, roomId, end)}`
}

/**
 * Whether a query opens a room for that use now.
 *
 * @param query as the client sent it, also behind fields of the server's own: of a repeated name the first value counts
 */
export function opens({ sign, now }: Signing, use: Use, roomId: number, query: URLSearchParams): boolean {
  const end = query.get("e") ?? ""
  const key = query.get("key") ?? ""
  if (!/^\d{1,15}$/.test(end) || key.length !== keyDigits) return false
  return isSameSecret(key, keyOf(sign, use, roomId, end)) && Number(end) * 1_000 > now()
}

/** The use is signed too, so a viewer's address can neither be pushed to nor open what is kept of the broadcast. */
const keyOf = (sign: Signing["sign"], use: Use, roomId: number, end: string) =>
  sign(`${use}:${roomId}:${end}`).slice(0, keyDigits)
