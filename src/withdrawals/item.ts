import { and, asc, desc, eq, gt, lt, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { assertChanges, type Change } from "../db/change.ts"
import { held } from "../db/lock.ts"
import { type Page, pageBounds } from "../db/page.ts"
import type { Db } from "../db/query.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { write } from "../db/write.ts"
import { assertRealName } from "../real_names/real_name.ts"
import { refuse } from "../refusal.ts"
import { holdWallets } from "../wallet/wallet.ts"
import { assertCovers, holdRice } from "./hold.ts"
import { items } from "./tables.ts"
import { assertOpen } from "./window.ts"

/** What an order's address is sealed for. */
export const addressSeal = "address"

export type Item = typeof items.$inferSelect

/** What the mall gives for rice, the cheapest first; what is out of stock stays in sight. */
export const itemsOnSale = (db: Db): Promise<Item[]> =>
  db.select().from(items).where(eq(items.onSale, true)).orderBy(asc(items.moon), asc(items.id))

export interface ItemOrder {
  itemId: number
  /** Where it should be sent; empty when the operator knows or asks. */
  address: string
  request: RequestKey | undefined
}

/**
 * Orders goods for rice, which is held until an operator has sent them or rejects.
 *
 * @returns the withdrawal's id
 * @throws {Refusal} `cash.shut`, `realname.missing`, `realname.pending`, `payment.unknown_pack` also for what is out of stock,
 * `wallet.rice_short`, `cash.over_sum`, `request.reused`
 */
export function orderItem(app: App, userId: number, { itemId, address, request }: ItemOrder): Promise<number> {
  return write(app, (tx) =>
    once(app, tx, request, async () => {
      const wallet = await holdWallets(tx, userId)
      await assertOpen(app, tx, wallet)
      await assertRealName(tx, userId)
      const item = await takeFromStock(tx, itemId)
      await assertCovers(app, tx, wallet, item.moon)
      const sealedAddress = address && app.keys.seal(addressSeal, address)
      return holdRice(app, tx, { userId, kind: "item", rice: item.moon, itemId, sealedAddress })
    }),
  )
}

async function takeFromStock(tx: Db, id: number): Promise<Item> {
  const [item] = await tx
    .update(items)
    .set({ stock: sql`${items.stock} - 1` })
    .where(and(eq(items.id, id), eq(items.onSale, true), gt(items.stock, 0)))
    .returning()
  return item ?? refuse("payment.unknown_pack", { message: "There is no such item, or none of it is left." })
}

/** Puts back what an order took, inside the write that rejects it. */
export async function returnToStock(tx: Db, id: number): Promise<void> {
  await tx
    .update(items)
    .set({ stock: sql`${items.stock} + 1` })
    .where(eq(items.id, id))
    .returning({ id: items.id })
}

/** Everything the mall has or had, the newest first, for whoever keeps it. */
export function itemsOf(db: Db, page: Page): Promise<Item[]> {
  const { before, limit, offset } = pageBounds(page)
  return db.select().from(items).where(lt(items.id, before)).orderBy(desc(items.id)).limit(limit).offset(offset)
}

type NewItem = Omit<typeof items.$inferInsert, "id">

/** Puts something into the mall. */
export function addItem(app: App, actor: string, item: NewItem): Promise<Item> {
  return write(app, async (tx) => {
    const [added] = await tx.insert(items).values(item).returning()
    if (!added) return refuse("server.unexpected")
    await audit(app, tx, { actor, act: "item.add", target: `item ${added.id}`, detail: { ...item } })
    return added
  })
}

export interface ItemChange extends Change<Omit<NewItem, "stock">> {
  /** How many came, or below zero went: orders take from the stock meanwhile. */
  restock?: number | undefined
}

/**
 * Changes something of the mall, or takes it out or back in. What was ordered keeps its price.
 *
 * @throws {Refusal} `payment.unknown_pack`; `input.invalid` when nothing is to change, or there are not so many to go
 */
export function changeItem(app: App, actor: string, id: number, { restock, ...change }: ItemChange): Promise<Item> {
  assertChanges({ restock, ...change })
  return write(app, async (tx) => {
    const [found] = await held(tx.select().from(items).where(eq(items.id, id)))
    if (!found) return refuse("payment.unknown_pack", { message: "There is no such item." })
    const stock = found.stock + (restock ?? 0)
    if (stock < 0)
      refuse("input.invalid", { message: `The parameter "restock" takes more than the ${found.stock} left.` })
    const [changed] = await tx
      .update(items)
      .set({ ...change, stock })
      .where(eq(items.id, id))
      .returning()
    await audit(app, tx, { actor, act: "item.change", target: `item ${id}`, detail: { ...change, restock } })
    return changed ?? refuse("server.unexpected")
  })
}
