import { aliasedTable, and, desc, eq, isNotNull, isNull, lt } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { reports } from "./tables.ts"

export type Report = typeof reports.$inferSelect

/** A report, and the nicknames of the two people. */
export interface ReportEntry {
  report: Report
  reporter: string
  reported: string
}

const reporters = aliasedTable(users, "reporter")

/** Reports that wait or are settled, or those about one person, whatever became of them; the newest first. */
export function reportsIn(app: App, which: "open" | "settled" | { about: number }, page: Page): Promise<ReportEntry[]> {
  const { before, limit, offset } = pageBounds(page)
  const matches =
    which === "open"
      ? isNull(reports.settledAt)
      : which === "settled"
        ? isNotNull(reports.settledAt)
        : eq(reports.reportedId, which.about)
  return app.db.read
    .select({ report: reports, reporter: reporters.nickName, reported: users.nickName })
    .from(reports)
    .innerJoin(reporters, eq(reporters.id, reports.reporterId))
    .innerJoin(users, eq(users.id, reports.reportedId))
    .where(and(lt(reports.id, before), matches))
    .orderBy(desc(reports.id))
    .limit(limit)
    .offset(offset)
}

/**
 * Notes that an operator is done with a report, and what came of it. Who settled it first did; settling it again changes
 * nothing.
 *
 * @returns the report as it stands then
 * @throws {Refusal} `payment.unknown_pack` for an unknown id
 */
export function settleReport(app: App, actor: string, id: number, outcome: string): Promise<Report> {
  return write(app, async (tx) => {
    const [settled] = await tx
      .update(reports)
      .set({ settledAt: app.now(), settledBy: actor, outcome })
      .where(and(eq(reports.id, id), isNull(reports.settledAt)))
      .returning()
    if (settled) {
      const detail = { reported: settled.reportedId }
      await audit(app, tx, { actor, act: "report.settle", target: `report ${id}`, detail })
      return settled
    }
    const [former] = await tx.select().from(reports).where(eq(reports.id, id))
    return former ?? refuse("payment.unknown_pack", { message: "There is no such report." })
  })
}
