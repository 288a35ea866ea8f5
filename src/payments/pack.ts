import { and, asc, eq, or } from "drizzle-orm"
import type { Db } from "../db/query.ts"
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
