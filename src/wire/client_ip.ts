import type { Context } from "hono"
import type { Config } from "../config.ts"
import type { Wire } from "./context.ts"

/** The address a call comes from. */
export const ipOf = <W extends Wire>(config: Pick<Config, "trustedProxies">, c: Context<W>): string =>
  clientIp(config, c.env.server.requestIP(c.req.raw)?.address ?? "", c.req.header("x-forwarded-for"))

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
