import { desc, eq, lt } from "drizzle-orm"
import { isOlder } from "../accounts/version.ts"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { lockName } from "../db/lock.ts"
import { type Page, pageBounds } from "../db/page.ts"
import type { Db } from "../db/query.ts"
import { write } from "../db/write.ts"
import type { Platform } from "../payments/tables.ts"
import { refuse } from "../refusal.ts"
import { taskTable } from "./table.ts"
import { tasks, taskTables } from "./tables.ts"

export type TaskVersion = typeof taskTables.$inferSelect

/** Every version of every platform's tasks, the newest first. */
export function taskVersions(db: Db, page: Page): Promise<TaskVersion[]> {
  const { before, limit, offset } = pageBounds(page)
  return db
    .select()
    .from(taskTables)
    .where(lt(taskTables.id, before))
    .orderBy(desc(taskTables.id))
    .limit(limit)
    .offset(offset)
}

export type NewTask = Omit<typeof tasks.$inferInsert, "id" | "tableId">

export interface NewTable {
  platform: Platform
  version: string
  /** Each with a number of its own; none at all switches tasks off. */
  tasks: NewTask[]
}

/**
 * Puts a new version of a platform's tasks into force. Versions are never changed: what was claimed of one must stand. What
 * counts towards the new targets does so within a minute.
 *
 * @throws {Refusal} `input.invalid` unless the version is newer than the one in force
 */
export function publishTasks(app: App, actor: string, { platform, version, tasks: list }: NewTable): Promise<void> {
  return write(app, async (tx) => {
    await lockName(tx, `tasks ${platform}`)
    const former = await taskTable(tx, platform)
    if (!isOlder(former.version, version)) {
      refuse("input.invalid", { message: `The parameter "version" must be newer than ${former.version}.` })
    }
    const [table] = await tx
      .insert(taskTables)
      .values({ platform, version, createdAt: app.now() })
      .onConflictDoNothing()
      .returning({ id: taskTables.id })
    if (!table) return refuse("input.invalid", { message: 'The parameter "version" was in force before.' })
    if (list.length > 0) {
      await tx
        .insert(tasks)
        .values(list.map((task) => ({ ...task, tableId: table.id })))
        .returning({ id: tasks.id })
    }
    await audit(app, tx, {
      actor,
      act: "task.publish",
      target: `tasks of ${platform}`,
      detail: { version, tasks: list },
    })
  })
}

/** The tasks of a version. @throws {Refusal} `payment.unknown_pack` for an unknown one */
export async function tasksOfVersion(db: Db, id: number) {
  const [table] = await db.select().from(taskTables).where(eq(taskTables.id, id))
  if (!table) return refuse("payment.unknown_pack", { message: "There is no such version." })
  return { table, tasks: await db.select().from(tasks).where(eq(tasks.tableId, id)).orderBy(tasks.number) }
}
