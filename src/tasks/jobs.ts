import { lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { write } from "../db/write.ts"
import type { Job } from "../jobs/runner.ts"
import { taskProgress } from "./tables.ts"

export const taskJobs = (app: App): Job[] => [
  { name: "tasks.forget_progress", every: 3_600_000, run: () => forgetOldProgress(app) },
]

/** Forgets what was done on days that are over. */
function forgetOldProgress(app: App): Promise<unknown> {
  const yesterday = app.calendar.dayOf(app.now()) - 1
  return write(app, (tx) =>
    tx.delete(taskProgress).where(lt(taskProgress.day, yesterday)).returning({ id: taskProgress.id }),
  )
}
