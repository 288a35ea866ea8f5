import { and, asc, desc, eq, lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { assertChanges, type Change } from "../db/change.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
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

/** Every gift there is or was, the newest first, for whoever keeps the shop. */
export function giftKindsOf(db: Db, page: Page): Promise<GiftKind[]> {
  const { before, limit, offset } = pageBounds(page)
  return db
    .select()
    .from(giftKinds)
    .where(lt(giftKinds.id, before))
    .orderBy(desc(giftKinds.id))
    .limit(limit)
    .offset(offset)
}

type NewKind = Omit<typeof giftKinds.$inferInsert, "id">

/** Puts a gift into the shop. */
export function addGiftKind(app: App, actor: string, kind: NewKind): Promise<GiftKind> {
  return write(app, async (tx) => {
    const [added] = await tx.insert(giftKinds).values(kind).returning()
    if (!added) return refuse("server.unexpected")
    await audit(app, tx, { actor, act: "gift.add", target: `gift ${added.id}`, detail: { ...kind } })
    return added
  })
}

/**
 * Changes a gift, or takes it off the shop or back into it. What was given stays as it was.
 *
 * @throws {Refusal} `gift.unknown`; `input.invalid` when nothing is to change
 */
export function changeGiftKind(app: App, actor: string, id: number, change: Change<NewKind>): Promise<GiftKind> {
  assertChanges(change)
  return write(app, async (tx) => {
    const [changed] = await tx.update(giftKinds).set(change).where(eq(giftKinds.id, id)).returning()
    if (!changed) return refuse("gift.unknown")
    await audit(app, tx, { actor, act: "gift.change", target: `gift ${id}`, detail: { ...change } })
    return changed
  })
}
