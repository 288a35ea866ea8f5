import { and, eq } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import type { Platform } from "../payments/tables.ts"
import { type Task, taskTable } from "./table.ts"
import { taskClaims, taskProgress } from "./tables.ts"

/** How a task stands for somebody today. */
export interface Standing {
  task: Task
  state: "open" | "done" | "claimed"
  /** How many of what it asks for are done. */
  count: number
  /** When it was done, in milliseconds since 1970; undefined when it is not, or was before the task came into force. */
  doneAt: number | undefined
}

/** Somebody's tasks of a day. */
export interface TaskDay {
  userId: number
  /** When the day began, in milliseconds since 1970. */
  begunAt: number
  standings: Standing[]
}

const progressOf = query<{ userId: number; day: number }>()((db, $) =>
  db
    .select({ target: taskProgress.target, count: taskProgress.count, reached: taskProgress.reached })
    .from(taskProgress)
    .where(and(eq(taskProgress.userId, $.userId), eq(taskProgress.day, $.day)))
    .prepare(),
)

const claimedOn = query<{ userId: number; day: number }>()((db, $) =>
  db
    .select({ number: taskClaims.number })
    .from(taskClaims)
    .where(and(eq(taskClaims.userId, $.userId), eq(taskClaims.day, $.day)))
    .prepare(),
)

/** How far somebody has come towards a target on a day. */
export async function countOn(db: Db, userId: number, day: number, target: number): Promise<number> {
  const progress = await progressOf(db, { userId, day })
  return progress.find((one) => one.target === target)?.count ?? 0
}

/** How the tasks of a platform stand for somebody today. */
export async function tasksToday(
  app: Pick<App, "calendar" | "now">,
  db: Db,
  userId: number,
  platform: Platform,
): Promise<TaskDay> {
  const day = app.calendar.dayOf(app.now())
  const { tasks } = await taskTable(db, platform)
  const progress = await progressOf(db, { userId, day })
  const claimed = new Set((await claimedOn(db, { userId, day })).map(({ number }) => number))
  const standings = tasks.map((task): Standing => {
    const done = progress.find(({ target }) => target === task.target)
    const count = Math.min(task.param, done?.count ?? 0)
    const isDone = count === task.param
    return {
      task,
      state: claimed.has(task.number) ? "claimed" : isDone ? "done" : "open",
      count,
      doneAt: isDone ? done?.reached[task.param] : undefined,
    }
  })
  return { userId, begunAt: app.calendar.startOf(day), standings }
}
