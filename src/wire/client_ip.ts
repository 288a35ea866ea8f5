import { isIP } from "node:net"
import type { Context } from "hono"
import type { Config } from "../config.ts"
import type { Wire } from "./context.ts"

type Proxies = Pick<Config, "trustedProxies">

/**
 * Whom a call counts as, for limits: an IPv4 address, or the /64 network of an IPv6 one, of which a household has as many
 * addresses as it likes.
 */
export const addressOf = <W extends Wire>(config: Proxies, c: Context<W>): string =>
  household(clientIp(config, c.env.server.requestIP(c.req.raw)?.address ?? "", c.req.header("x-forwarded-for")))

/**
 * The caller's address: the connection's, unless that is a trusted proxy's; then the last address in X-Forwarded-For
 * that is no proxy of ours, since everything before it is the caller's own word.
 */
export function clientIp({ trustedProxies }: Proxies, connected: string, forwarded: string | undefined): string {
  const trusted = (address: string) => trustedProxies.check(address, isIP(address) === 6 ? "ipv6" : "ipv4")
  const peer = plain(connected)
  if (!forwarded || !trusted(peer)) return peer
  const hops = forwarded.split(",").map((hop) => plain(hop.trim()))
  return hops.findLast((hop) => isIP(hop) && !trusted(hop)) ?? peer
}

/** An address without the port some proxies add, and IPv4 as such, also when it came in over an IPv6 socket. */
const plain = (address: string) =>
  address
    .replace(/^\[(.*)\](:\d+)?$/, "$1")
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/^::ffff:(?=\d+\.)/i, "")

/** The first four groups of an IPv6 address, written out; an IPv4 address as it is. */
export function household(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = "", tail] = address.split("::")
  const front = head.split(":").filter((group) => group !== "")
  const back = (tail ?? "").split(":").filter((group) => group !== "")
  const gap = tail === undefined ? [] : Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0")
  const groups = [...front, ...gap, ...back].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`
}
