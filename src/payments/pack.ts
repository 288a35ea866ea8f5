import { and, asc, desc, eq, lt, or } from "drizzle-orm"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { assertChanges, type Change } from "../db/change.ts"
import { type Page, pageBounds } from "../db/page.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { diamondsLeft } from "../wallet/wallet.ts"
import { type Platform, packAds, packs } from "./tables.ts"

export type Pack = typeof packs.$inferSelect

/** What a platform's shop shows a user: packs, the cheapest first, under a picture, and the diamonds there are. */
export async function shopOf(db: Db, platform: Platform, userId: number) {
  const [ad] = await db.select().from(packAds).where(eq(packAds.platform, platform)).orderBy(asc(packAds.id)).limit(1)
  const onOffer = await db
    .select()
    .from(packs)
    .where(and(eq(packs.platform, platform), eq(packs.onSale, true)))
    .orderBy(asc(packs.money), asc(packs.id))
  return { ad, packs: onOffer, diamonds: await diamondsLeft(db, userId) }
}

/** The pack with that item id, else the one with that price in yuan. @throws {Refusal} `payment.unknown_pack` */
export async function packOnSale(db: Db, platform: Platform, asked: string): Promise<Pack> {
  const price = /^\d{1,9}$/.test(asked) ? Number(asked) : undefined
  const found = await db
    .select()
    .from(packs)
    .where(
      and(
        eq(packs.platform, platform),
        eq(packs.onSale, true),
        price === undefined ? eq(packs.itemId, asked) : or(eq(packs.itemId, asked), eq(packs.money, price)),
      ),
    )
    .orderBy(asc(packs.id))
  return found.find(({ itemId }) => itemId === asked) ?? found[0] ?? refuse("payment.unknown_pack")
}

/** The pack that a store sold, also one that is on offer no more: it was paid. */
export async function packSold(db: Db, platform: Platform, itemId: string): Promise<Pack | undefined> {
  const [pack] = await db
    .select()
    .from(packs)
    .where(and(eq(packs.platform, platform), eq(packs.itemId, itemId)))
  return pack
}

/** Every pack there is or was, the newest first, for whoever keeps the shop. */
export function packsOf(db: Db, page: Page): Promise<Pack[]> {
  const { before, limit, offset } = pageBounds(page)
  return db.select().from(packs).where(lt(packs.id, before)).orderBy(desc(packs.id)).limit(limit).offset(offset)
}

type NewPack = Omit<typeof packs.$inferInsert, "id">

/** Puts a pack into a platform's shop. @throws {Refusal} `input.invalid` when it has one with that item id */
export function addPack(app: App, actor: string, pack: NewPack): Promise<Pack> {
  return write(app, async (tx) => {
    const [added] = await tx.insert(packs).values(pack).onConflictDoNothing().returning()
    if (!added) {
      return refuse("input.invalid", { message: 'The parameter "item_id" is that of another pack of this platform.' })
    }
    await audit(app, tx, { actor, act: "pack.add", target: `pack ${added.id}`, detail: { ...pack } })
    return added
  })
}

/**
 * Changes a pack, or takes it off the shop or back into it. Orders keep the pack as it was; what a store sold and nobody has
 * brought here yet is credited as the pack is then.
 *
 * @throws {Refusal} `payment.unknown_pack`; `input.invalid` when nothing is to change
 */
export function changePack(app: App, actor: string, id: number, change: Change<NewPack>): Promise<Pack> {
  assertChanges(change)
  return write(app, async (tx) => {
    const [changed] = await tx.update(packs).set(change).where(eq(packs.id, id)).returning()
    if (!changed) return refuse("payment.unknown_pack")
    await audit(app, tx, { actor, act: "pack.change", target: `pack ${id}`, detail: { ...change } })
    return changed
  })
}
