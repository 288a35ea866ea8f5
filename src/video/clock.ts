/** Time, which a test can be the master of. */
export interface Clock {
  /** Monotonic, in milliseconds. */
  now(): number
  /** Runs a task once. @returns how to call it off */
  after(ms: number, task: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
