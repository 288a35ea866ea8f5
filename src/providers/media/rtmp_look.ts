/** How long what was seen is believed, in milliseconds. */
const freshness = 1_000

/** Shares a look at everything between those who ask about one thing each, at once or soon after another. */
export interface SharedLook<T> {
  /** @throws what the look throws; the next one looks again */
  get(): Promise<T>
  /** Something has changed: what was seen, or is being looked at, counts no more. */
  forget(): void
}

export function shareLook<T>(look: () => Promise<T>): SharedLook<T> {
  let last: { at: number; seen: Promise<T> } | undefined
  return {
    get() {
      if (last && performance.now() - last.at < freshness) return last.seen
      const fresh = { at: performance.now(), seen: look() }
      last = fresh
      fresh.seen.catch(() => {
        if (last === fresh) last = undefined
      })
      return fresh.seen
    },
    forget() {
      last = undefined
    },
  }
}
