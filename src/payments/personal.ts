import { and, count, eq, isNotNull, or } from "drizzle-orm"
import { type Closing, holding, type PersonalData } from "../personal.ts"
import { orders } from "./tables.ts"

export const paymentsPersonal: PersonalData = {
  holdings: [
    holding({
      name: "orders",
      table: orders,
      whose: [orders.userId],
      without: ["token"],
      erasure: { kept: "Money was taken for them, and the stores' refunds go by them." },
    }),
  ],
  close: tellUncredited,
}

/** What was paid and could not be credited is money too, and so is what may still be paid. */
async function tellUncredited({ tx, userId, leave }: Closing): Promise<void> {
  const mayBePaid = and(eq(orders.state, "created"), isNotNull(orders.checkAt))
  const [open] = await tx
    .select({ orders: count() })
    .from(orders)
    .where(and(eq(orders.userId, userId), or(eq(orders.state, "paid"), mayBePaid)))
  if (open && open.orders > 0) leave(`${open.orders} ${open.orders === 1 ? "order" : "orders"} not credited yet`)
}
