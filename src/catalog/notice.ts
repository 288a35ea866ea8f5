import { desc, eq, lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { assertChanges, type Change } from "../db/change.ts"
import { type Page, pageBounds } from "../db/page.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { noticeFrame } from "../realtime/notice.ts"
import { refuse } from "../refusal.ts"
import { notices } from "./tables.ts"

export type Notice = typeof notices.$inferSelect

/** Notices to everybody, the newest first. */
export function noticesOf(db: Db, page: Page): Promise<Notice[]> {
  const { before, limit, offset } = pageBounds(page)
  return db.select().from(notices).where(lt(notices.id, before)).orderBy(desc(notices.id)).limit(limit).offset(offset)
}

/** Writes a notice, which everybody hears once it is sent ({@link sendNotice}). */
export function addNotice(app: App, actor: string, notice: Pick<Notice, "text" | "isOn">): Promise<Notice> {
  return write(app, async (tx) => {
    const [added] = await tx
      .insert(notices)
      .values({ ...notice, createdAt: app.now() })
      .returning()
    if (!added) return refuse("server.unexpected")
    await audit(app, tx, { actor, act: "notice.add", target: `notice ${added.id}`, detail: { ...notice } })
    return added
  })
}

/**
 * Changes a notice's words, or takes it out of force or back into it.
 *
 * @throws {Refusal} `payment.unknown_pack` for an unknown id; `input.invalid` when nothing is to change
 */
export function changeNotice(
  app: App,
  actor: string,
  id: number,
  change: Change<Pick<Notice, "text" | "isOn">>,
): Promise<Notice> {
  assertChanges(change)
  return write(app, async (tx) => {
    const [changed] = await tx.update(notices).set(change).where(eq(notices.id, id)).returning()
    if (!changed) return refuse("payment.unknown_pack", { message: "There is no such notice." })
    await audit(app, tx, { actor, act: "notice.change", target: `notice ${id}`, detail: { ...change } })
    return changed
  })
}

const newestOn = query()((db) =>
  db.select().from(notices).where(eq(notices.isOn, true)).orderBy(desc(notices.id)).limit(1).prepare(),
)

/** Sends the notice in force, the newest that is on, to every socket; where there is none nobody hears anything. */
export function sendNotice(app: App, actor: string): Promise<void> {
  return write(app, async (tx, after) => {
    const [notice] = await newestOn(tx, {})
    if (notice) after(() => app.realtime.toEveryone(noticeFrame(notice.text)))
    await audit(app, tx, { actor, act: "notice.send", target: "everybody", detail: { notice: notice?.id ?? null } })
  })
}
