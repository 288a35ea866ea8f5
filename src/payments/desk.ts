import { and, desc, eq, lt } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { held } from "../db/lock.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import type { Order } from "./order.ts"
import { refundOrder } from "./refund.ts"
import { type OrderState, orders, type PayProviderName } from "./tables.ts"

/** An order, and who made it. */
export interface OrderEntry {
  order: Order
  nickName: string
}

/** Which orders an operator looks at; one of these at most. */
export interface Which {
  userId?: number | undefined
  state?: OrderState | undefined
  number?: string | undefined
}

/** Orders, the newest first. */
export function ordersOf(app: App, { userId, state, number }: Which, page: Page): Promise<OrderEntry[]> {
  const { before, limit, offset } = pageBounds(page)
  return app.db.read
    .select({ order: orders, nickName: users.nickName })
    .from(orders)
    .innerJoin(users, eq(users.id, orders.userId))
    .where(
      and(
        lt(orders.id, before),
        userId === undefined ? undefined : eq(orders.userId, userId),
        state && eq(orders.state, state),
        number === undefined ? undefined : eq(orders.number, number),
      ),
    )
    .orderBy(desc(orders.id))
    .limit(limit)
    .offset(offset)
}

/** The states in which each provider can be asked about an order: Google tells of its own accord alone. */
const askable: Record<PayProviderName, OrderState[]> = {
  weixin: ["created", "failed", "credited"],
  apple: ["credited"],
  google: [],
}

/**
 * Has the provider asked about an order at the next opportunity, as when its notice may have been lost.
 *
 * @throws {Refusal} `payment.unknown_pack` for an unknown id, `input.invalid` when there is nothing to ask
 */
export function askAbout(app: App, actor: string, id: number): Promise<Order> {
  return write(app, async (tx) => {
    const [order] = await held(tx.select().from(orders).where(eq(orders.id, id)))
    if (!order) return refuse("payment.unknown_pack", { message: "There is no such order." })
    if (!askable[order.provider].includes(order.state)) {
      refuse("input.invalid", {
        message: `There is nothing to ask ${order.provider} of an order that is ${order.state}.`,
      })
    }
    const [asked] = await tx.update(orders).set({ checkAt: app.now() }).where(eq(orders.id, id)).returning()
    await audit(app, tx, { actor, act: "order.ask", target: `order ${id}`, detail: { userId: order.userId } })
    return asked ?? refuse("server.unexpected")
  })
}

/**
 * Takes an order's diamonds back after its money was given back at the provider's, as news of the provider's does. No money is
 * moved from here. Refunding what is refunded changes nothing.
 *
 * @returns the order as it stands then
 * @throws {Refusal} `payment.unknown_pack` for an unknown id, `input.invalid` for an order that was never credited
 */
export async function refundByHand(app: App, actor: string, id: number, why: string): Promise<Order> {
  const order = await orderWith(app, id)
  if (order.state === "refunded") return order
  if (order.state !== "credited") {
    refuse("input.invalid", { message: "This order was never credited: there is nothing to take back." })
  }
  const { userId, diamonds, fen } = order
  // Later than whatever the store said, though its clock be ahead of ours.
  const saidAt = Math.max(app.now(), order.saidAt + 1)
  await refundOrder(app, order, saidAt, (tx) =>
    audit(app, tx, { actor, act: "order.refund", target: `order ${id}`, detail: { userId, diamonds, fen, why } }),
  )
  return orderWith(app, id)
}

async function orderWith(app: App, id: number): Promise<Order> {
  const [order] = await app.db.read.select().from(orders).where(eq(orders.id, id))
  return order ?? refuse("payment.unknown_pack", { message: "There is no such order." })
}
