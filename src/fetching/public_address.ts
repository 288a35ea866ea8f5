import { BlockList, isIP } from "node:net"

/** IPv4 networks that are nobody's on the internet (IANA's registry of special purposes), and a cloud's own door. */
const privateIpv4: [network: string, bits: number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["168.63.129.16", 32],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
]

/** IPv6 networks within the global ones that lead elsewhere: tunnels to IPv4, documentation, protocols' own. */
const privateIpv6: [network: string, bits: number][] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
]

const special = new BlockList()
for (const [network, bits] of privateIpv4) special.addSubnet(network, bits, "ipv4")
for (const [network, bits] of privateIpv6) special.addSubnet(network, bits, "ipv6")

/** All that is given out of IPv6. What maps or translates IPv4 (`::ffff:0:0/96`, `64:ff9b::/96`) lies outside. */
const global = new BlockList()
global.addSubnet("2000::", 3, "ipv6")

/** Whether an address is one of the internet at large: not this machine's, its network's, or a cloud's metadata. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !special.check(address, "ipv4")
  if (family !== 6 || address.includes("%")) return false
  return global.check(address, "ipv6") && !special.check(address, "ipv6")
}
