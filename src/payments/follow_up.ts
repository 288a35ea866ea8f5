import type { App } from "../app.ts"
import { PayUnavailable } from "../providers/pay/index.ts"
import { askAgain, dueOrders, type Order } from "./order.ts"
import type { PayProviderName } from "./tables.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** A prepared order can be paid for so long, in milliseconds. */
export const payable = 2 * hour
/** An order that is still unpaid so long after it was opened never will be, in milliseconds. */
export const unpaidMax = payable + 10 * minute
/** When an unpaid order is asked about, in milliseconds after it was opened. */
const unpaidChecks = [1, 2, 4, 8, 15, 30, 60, 90, 120, 131].map((minutes) => minutes * minute)
/** A provider that fails so often in a row is down, and the other orders wait for the next time. */
const failuresMax = 3

/**
 * When an order is asked about next: soon while it is unpaid; daily while its rice could still be taken back, and a few times
 * after, once it is credited. Null for never.
 */
export function nextCheck(app: App, order: Pick<Order, "state" | "createdAt" | "settledAt">): number | null {
  const now = app.now()
  if (order.state !== "credited") {
    return unpaidChecks.map((pause) => order.createdAt + pause).find((at) => at > now) ?? now + hour
  }
  const settled = order.settledAt ?? order.createdAt
  const daily = Array.from({ length: app.config.riceMaturityDays + 1 }, (_, n) => n + 1)
  return [...daily, 20, 40, 60, 90].map((days) => settled + days * day).find((at) => at > now) ?? null
}

/**
 * Asks a provider about its orders that are due. `look` does what the answer calls for; an order that fails is asked about
 * again later and holds up no other.
 */
export async function followUp(
  app: App,
  provider: PayProviderName,
  look: (order: Order) => Promise<void>,
): Promise<void> {
  let failures = 0
  for (const order of await dueOrders(app, provider)) {
    try {
      await look(order)
      failures = 0
    } catch (error) {
      app.log.warn("payment not followed up", { provider, order: order.id, error })
      await askAgain(app, order, nextCheck(app, order))
      if (error instanceof PayUnavailable && ++failures >= failuresMax) return
    }
  }
}
