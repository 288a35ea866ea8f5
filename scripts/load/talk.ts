import { type Audience, chatText } from "./audience.ts"
import { median, quantile, stopwatch } from "./stats.ts"

/** What one talk came to until its last delivery. Shares are of one core; `missing` counts deliveries that never came. */
export type Talk = {
  deliveries: number
  missing: number
  p50Ms: number
  p99Ms: number
  seconds: number
  loadShare: number
}

export type Pace = { perSecond: number; seconds: number }

const SENDERS = 50
/** A talk is over when all has arrived, when nothing has for this long, or when draining took this long in all. */
const SILENCE_MS = 2_000
const DRAIN_MS = 40_000

/**
 * Sends messages at a steady pace from about 50 of the sockets in turn and waits for the deliveries. The schedule does not
 * wait for the server, and a delay counts from when its message was due: a stall is charged to every message it held up.
 */
export async function talk(audience: Audience, { perSecond, seconds }: Pace): Promise<Talk> {
  const sockets = [...audience.sockets]
  const senders = sockets.filter((_, i) => i % Math.ceil(sockets.length / SENDERS) === 0)
  const total = perSecond * seconds
  const expected = total * sockets.length
  audience.deliveries = 0
  audience.delaysMs = []
  const watch = stopwatch()
  const startMs = performance.now()
  audience.dueMs = Array.from({ length: total }, (_, nth) => startMs + (nth * 1000) / perSecond)
  let sent = 0
  for (const dueMs of audience.dueMs) {
    while (performance.now() < dueMs) await Bun.sleep(1)
    senders[sent % senders.length]?.send(chatText(audience.sentBefore + sent))
    sent++
  }
  const lastMs = await drained(audience, expected)
  const { cpuShare } = watch()
  audience.sentBefore += total
  return {
    deliveries: audience.deliveries,
    missing: expected - audience.deliveries,
    p50Ms: quantile(audience.delaysMs, 0.5),
    p99Ms: quantile(audience.delaysMs, 0.99),
    seconds: (lastMs - startMs) / 1000,
    loadShare: cpuShare,
  }
}

/** The medians of p50 and p99 over several talks as printed, in milliseconds: `1.4 / 5.2`. */
export function delays(talks: Talk[]): string {
  return `${median(talks, ({ p50Ms }) => p50Ms).toFixed(1)} / ${median(talks, ({ p99Ms }) => p99Ms).toFixed(1)}`
}

/** Resolves once the talk is over, with the time of the last delivery. */
async function drained(audience: Audience, expected: number): Promise<number> {
  const endMs = performance.now() + DRAIN_MS
  let seen = audience.deliveries
  let movedMs = performance.now()
  while (seen < expected) {
    await Bun.sleep(2)
    const nowMs = performance.now()
    if (audience.deliveries > seen) movedMs = nowMs
    seen = audience.deliveries
    if (nowMs - movedMs > SILENCE_MS || nowMs > endMs) break
  }
  return movedMs
}
