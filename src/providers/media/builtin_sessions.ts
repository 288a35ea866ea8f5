/** Sessions remembered at most; the one not heard of for longest is forgotten first. */
const sessionsMax = 50_000

/**
 * HLS viewers who were let in. Each request of theirs is a connection of its own, so an address that ends in the middle of
 * a broadcast would otherwise stop the picture.
 *
 * @param idleMs a viewer who asks for nothing for so long comes in by the address's own merit again
 */
export function createSessions(idleMs: number, now: () => number) {
  const seen = new Map<string, number>()
  return {
    /**
     * Whether a viewer who was let in under this address is still here.
     *
     * @param stays whether to count this as a sign of life; without one the session ends after a while
     */
    goesOn(address: string, stays: boolean): boolean {
      const at = seen.get(address)
      if (at === undefined || now() - at > idleMs) return false
      if (stays) this.begin(address)
      return true
    },
    begin(address: string): void {
      // Set anew, so that the map's order is the order of last use.
      seen.delete(address)
      seen.set(address, now())
      if (seen.size > sessionsMax) for (const oldest of seen.keys()) return void seen.delete(oldest)
    },
  }
}
