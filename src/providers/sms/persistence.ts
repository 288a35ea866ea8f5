import { setTimeout as wait } from "node:timers/promises"
import { Crowded, createGate } from "../../fetching/gate.ts"
import type { Log } from "../../log.ts"
import type { Metrics } from "../../metrics.ts"
import { SmsNotSent, type SmsProvider, SmsRefused } from "./index.ts"

/** Pauses before each further try, in milliseconds. */
const pauses = [200, 600]
/** Only what failed within so long is tried again, in milliseconds: whoever waits for a code waits no longer. */
const patience = 3_000
/** Messages and checks under way at once. */
const atOnce = 64

/**
 * Tries again what failed quickly, and tells of every failure in the log and the metrics. The code stays the same, so one
 * that comes twice harms nobody.
 */
export function persistent(sms: SmsProvider, { log, metrics }: { log: Log; metrics: Metrics }): SmsProvider {
  const gate = createGate(atOnce)
  const done = metrics.counter("mili_sms_done_total", "Codes sent, or checked by who sent them.")
  const failed = metrics.counter("mili_sms_failures_total", "Tries to send or check a code that failed.")

  async function insist<T>(work: () => Promise<T>): Promise<T> {
    const since = performance.now()
    /** An earlier try that may have sent the message all the same. */
    let unsure: unknown
    for (let tries = 0; ; tries++) {
      try {
        const result = await work()
        done.add()
        return result
      } catch (error) {
        failed.add()
        const pause = pauses[tries]
        if (!(error instanceof SmsNotSent)) unsure = error
        if (error instanceof SmsRefused || pause === undefined || performance.now() - since > patience) {
          throw unsure ?? error
        }
        log.warn("sms tried again", { provider: sms.name, error })
        await wait(pause)
      }
    }
  }

  const inside = <T>(work: () => Promise<T>): Promise<T> =>
    gate(() => insist(work)).catch((error: unknown) => {
      throw error instanceof Crowded ? new SmsNotSent(`of ${sms.name} ${error.message}`) : error
    })
  const { name } = sms
  const check = () => sms.check()
  if ("send" in sms) return { name, check, send: (message) => inside(() => sms.send(message)) }
  return { name, check, verify: (...asked) => inside(() => sms.verify(...asked)) }
}
