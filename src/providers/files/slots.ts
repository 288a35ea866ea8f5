/** Places for so many at once, in all and for each of whoever asks. */
export interface Slots {
  /** @returns what gives the place back, or undefined when there is none */
  take(who: string): (() => void) | undefined
}

export function createSlots({ all, each }: { all: number; each: number }): Slots {
  const taken = new Map<string, number>()
  let total = 0
  return {
    take(who) {
      const own = taken.get(who) ?? 0
      if (total >= all || own >= each) return undefined
      total += 1
      taken.set(who, own + 1)
      return () => {
        total -= 1
        const left = (taken.get(who) ?? 0) - 1
        if (left > 0) taken.set(who, left)
        else taken.delete(who)
      }
    },
  }
}
