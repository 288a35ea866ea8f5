import { and, asc, eq } from "drizzle-orm"
import { type Db, query } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { giftKinds } from "./tables.ts"

export type GiftKind = typeof giftKinds.$inferSelect

const onSale = query<{ id: number }>()((db, $) =>
  db
    .select()
    .from(giftKinds)
    .where(and(eq(giftKinds.id, $.id), eq(giftKinds.onSale, true)))
    .prepare(),
)

/** @throws {Refusal} `gift.unknown`, also for one that is sold no more */
export async function giftOnSale(db: Db, id: number): Promise<GiftKind> {
  const [kind] = await onSale(db, { id })
  return kind ?? refuse("gift.unknown")
}

const allOnSale = query()((db) =>
  db
    .select()
    .from(giftKinds)
    .where(eq(giftKinds.onSale, true))
    .orderBy(asc(giftKinds.category), asc(giftKinds.price), asc(giftKinds.id))
    .prepare(),
)

/** Everything that can be given, by category and price. */
export const giftsOnSale = (db: Db): Promise<GiftKind[]> => allOnSale(db, {})
