import { and, desc, eq, lt } from "drizzle-orm"
import { type Page, pageBounds } from "../db/page.ts"
import type { Db } from "../db/query.ts"
import { auditLog } from "./tables.ts"

export type Entry = typeof auditLog.$inferSelect

/** What of the log is looked at; one of these at most. */
export type By = Partial<Record<"actor" | "act" | "target", string | undefined>>

/** What operators did, the newest first. */
export function actsIn(db: Db, { actor, act, target }: By, page: Page): Promise<Entry[]> {
  const { before, limit, offset } = pageBounds(page)
  return db
    .select()
    .from(auditLog)
    .where(
      and(
        lt(auditLog.id, before),
        actor === undefined ? undefined : eq(auditLog.actor, actor),
        act === undefined ? undefined : eq(auditLog.act, act),
        target === undefined ? undefined : eq(auditLog.target, target),
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(limit)
    .offset(offset)
}
