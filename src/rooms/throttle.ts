/**
 * Calls `emit` for a key at once when it was quiet, and then at most once an interval as long as it is poked. A quiet key
 * costs nothing.
 */
export function createThrottle(interval: number, emit: (key: number) => void): (key: number) => void {
  /** Keys inside their interval, and whether they were poked in it. */
  const resting = new Map<number, boolean>()
  const rest = (key: number) => {
    resting.set(key, false)
    setTimeout(() => {
      const poked = resting.get(key)
      resting.delete(key)
      if (poked) poke(key)
    }, interval)
  }
  const poke = (key: number) => {
    if (resting.has(key)) {
      resting.set(key, true)
    } else {
      rest(key)
      emit(key)
    }
  }
  return poke
}
