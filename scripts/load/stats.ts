/** The q-quantile (0 to 1, nearest rank) of the samples, in their own unit; NaN without samples. */
export function quantile(samples: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(samples).sort()
  const rank = Math.max(0, Math.ceil(q * sorted.length) - 1)
  return sorted[rank] ?? Number.NaN
}

/** The median of one figure over several runs, in the figure's own unit. */
export function median<T>(runs: T[], figure: (run: T) => number): number {
  return quantile(runs.map(figure), 0.5)
}

/** Runs both sides in turn, A B A B, so that a drift of the machine falls on both alike. */
export async function inTurn<T>(rounds: number, ours: () => Promise<T>, bare: () => Promise<T>) {
  const runs: { ours: T[]; bare: T[] } = { ours: [], bare: [] }
  for (let round = 0; round < rounds; round++) {
    runs.ours.push(await ours())
    runs.bare.push(await bare())
  }
  return runs
}

/** Starts a stopwatch on this process; reading it gives the seconds passed and the CPU share used, 1 being a whole core. */
export function stopwatch(): () => { seconds: number; cpuShare: number } {
  const startedMs = performance.now()
  const cpu = process.cpuUsage()
  return () => {
    const seconds = (performance.now() - startedMs) / 1000
    const used = process.cpuUsage(cpu)
    return { seconds, cpuShare: (used.user + used.system) / 1e6 / seconds }
  }
}
