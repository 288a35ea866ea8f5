/** Who this page came from. */
interface Origin {
  origin: string
  hostname: string
}

/**
 * An address that works from this browser. A server that was not told how the world reaches it says `localhost`, which
 * means the one that this page came from.
 */
export function reachable(address: string, from: Origin): string {
  if (/^https?:/.test(address)) return address.replace(/^https?:\/\/localhost(:\d+)?(?=\/|$)/, from.origin)
  return address.replace(/^(\w+:\/\/)localhost(?=[:/]|$)/, `$1${from.hostname}`)
}

/** FLV over a websocket stands at the same address. */
export const asSocket = (address: string): string => address.replace(/^http/, "ws")

/** A push address as OBS takes it, in two fields. */
export function pushParts(address: string): { server: string; key: string } {
  const path = address.split("?", 1)[0] ?? ""
  const end = path.lastIndexOf("/")
  return { server: address.slice(0, end), key: address.slice(end + 1) }
}

/**
 * Where a browser publishes: the push address's own path and query, over a websocket at the HTTP server of the same house,
 * which this page came from.
 */
export const pushSocketOf = (address: string, { origin }: Pick<Origin, "origin">): string =>
  address.replace(/^\w+:\/\/[^/]+/, origin.replace(/^http/, "ws"))
