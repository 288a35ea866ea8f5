import type { Config } from "../config.ts"

/**
 * The caller's address: the connection's, unless that is a trusted proxy's; then the last address in X-Forwarded-For
 * that is no proxy of ours, since everything before it is the caller's own word.
 */
export function clientIp(
  { trustedProxies }: Pick<Config, "trustedProxies">,
  connected: string,
  forwarded: string | undefined,
) {
  const trusted = (address: string) => trustedProxies.includes(address)
  const peer = plain(connected)
  if (!forwarded || !trusted(peer)) return peer
  const hops = forwarded.split(",").map((hop) => plain(hop.trim()))
  return hops.findLast((hop) => !trusted(hop)) ?? peer
}

/** An IPv4 address that came in over an IPv6 socket, as IPv4. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, "")
