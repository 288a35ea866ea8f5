import { and, asc, desc, eq, inArray, max } from "drizzle-orm"
import { isOlder } from "../accounts/version.ts"
import { type Db, query } from "../db/query.ts"
import type { Platform } from "../payments/tables.ts"
import { refuse } from "../refusal.ts"
import { tasks, taskTables } from "./tables.ts"

export type Task = typeof tasks.$inferSelect

/** The tasks in force on a platform, by their numbers. */
export interface TaskTable {
  version: string
  tasks: Task[]
}

const newest = query<{ platform: Platform }>()((db, $) =>
  db
    .select({ id: taskTables.id, version: taskTables.version })
    .from(taskTables)
    .where(eq(taskTables.platform, $.platform))
    .orderBy(desc(taskTables.id))
    .limit(1)
    .prepare(),
)

const tasksIn = query<{ tableId: number }>()((db, $) =>
  db.select().from(tasks).where(eq(tasks.tableId, $.tableId)).orderBy(asc(tasks.number)).prepare(),
)

/** The table in force; an empty one of version 0 where there never was any. */
export async function taskTable(db: Db, platform: Platform): Promise<TaskTable> {
  const [table] = await newest(db, { platform })
  return table
    ? { version: table.version, tasks: await tasksIn(db, { tableId: table.id }) }
    : { version: "0", tasks: [] }
}

/**
 * The table for an app that has one of some version already, or none.
 *
 * @throws {Refusal} `task.old_version` when that is newer than any there is, or no version
 */
export async function taskTableAfter(db: Db, platform: Platform, had: string | undefined): Promise<TaskTable> {
  const table = await taskTable(db, platform)
  if (had !== undefined && (!/^\d+(\.\d+)*$/.test(had) || isOlder(table.version, had))) {
    refuse("task.old_version", { message: `The parameter "version" is no version up to ${table.version}.` })
  }
  return table
}

const inForce = query()((db) =>
  db
    .select({ platform: taskTables.platform, id: max(taskTables.id).mapWith(Number) })
    .from(taskTables)
    .groupBy(taskTables.platform)
    .prepare(),
)

const everyVersion = query<{ number: number }>()((db, $) =>
  db.select().from(tasks).where(eq(tasks.number, $.number)).prepare(),
)

/**
 * The task in force with a number: the platform's or, since not every app says what it runs on, another platform's.
 *
 * @throws {Refusal} `task.unknown`, `task.retired` for one of former versions only
 */
export async function taskInForce(db: Db, platform: Platform, number: number): Promise<Task> {
  const versions = await everyVersion(db, { number })
  if (versions.length === 0) refuse("task.unknown")
  const tables = await inForce(db, {})
  const current = tables.flatMap((table) => {
    const task = versions.find(({ tableId }) => tableId === table.id)
    return task ? [{ task, isOwn: table.platform === platform }] : []
  })
  return (current.find(({ isOwn }) => isOwn) ?? current[0] ?? refuse("task.retired")).task
}

const steps = query<{ target: number }>()((db, $) =>
  db
    .selectDistinct({ param: tasks.param })
    .from(tasks)
    .where(
      and(
        eq(tasks.target, $.target),
        inArray(
          tasks.tableId,
          db
            .select({ id: max(taskTables.id) })
            .from(taskTables)
            .groupBy(taskTables.platform),
        ),
      ),
    )
    .orderBy(asc(tasks.param))
    .prepare(),
)

/** What the tasks in force ask for of a target, on any platform, the least first. */
export async function stepsTowards(db: Db, target: number): Promise<number[]> {
  return (await steps(db, { target })).map(({ param }) => param)
}
