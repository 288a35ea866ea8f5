import { and, desc, eq, lt } from "drizzle-orm"
import { type Page, pageBounds } from "./page.ts"
import type { Db } from "./query.ts"
import { outbox } from "./tables.ts"

export type Undelivered = typeof outbox.$inferSelect

/** Promises that were tried too often and wait for a person, the newest first. */
export function undelivered(db: Db, page: Page): Promise<Undelivered[]> {
  const { before, limit, offset } = pageBounds(page)
  return db
    .select()
    .from(outbox)
    .where(and(eq(outbox.dead, true), lt(outbox.id, before)))
    .orderBy(desc(outbox.id))
    .limit(limit)
    .offset(offset)
}

/** Makes a dead row due at once, with all its attempts before it, inside a write; undefined for one that is not dead. */
export async function revive(tx: Db, id: number, now: number): Promise<Undelivered | undefined> {
  const [revived] = await tx
    .update(outbox)
    .set({ dead: false, dueAt: now, attempts: 0 })
    .where(and(eq(outbox.id, id), eq(outbox.dead, true)))
    .returning()
  return revived
}
