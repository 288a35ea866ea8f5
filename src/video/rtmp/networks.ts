/** The client's address: IPv4 as such, also when it came in over an IPv6 socket. */
export const plainAddress = (address: string): string =>
  address.toLowerCase().startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address

/** Counts connections by network: an IPv4 address, or the /64 of an IPv6 one, of which a household has as many as it likes. */
export class Networks {
  private readonly counts = new Map<string, number>()

  /** @returns false, and counts nothing, when there are `most` already */
  enter(address: string, most: number): boolean {
    const network = networkOf(address)
    const count = this.counts.get(network) ?? 0
    if (count >= most) return false
    this.counts.set(network, count + 1)
    return true
  }

  leave(address: string): void {
    const network = networkOf(address)
    const count = this.counts.get(network) ?? 0
    if (count > 1) this.counts.set(network, count - 1)
    else this.counts.delete(network)
  }
}

function networkOf(address: string): string {
  if (!address.includes(":")) return address
  const [head = "", tail = ""] = address.split("::")
  const front = head === "" ? [] : head.split(":")
  const back = tail === "" ? [] : tail.split(":")
  const gap = Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0")
  return [...front, ...gap, ...back].slice(0, 4).join(":")
}
