/** How long somebody whose socket is gone counts as coming back, in milliseconds. */
const recent = 15_000
/** Whoever left longest ago is forgotten first. */
const rememberedMax = 10_000

/** Who lost their socket a moment ago. */
export interface Absences {
  came(userId: number): void
  /** A socket of somebody's is gone; perhaps not the last one. */
  went(userId: number): void
  isRecent(userId: number): boolean
}

/** @param now milliseconds since 1970 */
export function createAbsences(now: () => number): Absences {
  const leftAt = new Map<number, number>()
  return {
    came: (userId) => void leftAt.delete(userId),
    went(userId) {
      leftAt.delete(userId)
      leftAt.set(userId, now())
      const [first] = leftAt.keys()
      if (leftAt.size > rememberedMax && first !== undefined) leftAt.delete(first)
    },
    isRecent: (userId) => (leftAt.get(userId) ?? 0) + recent > now(),
  }
}
