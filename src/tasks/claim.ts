import type { App } from "../app.ts"
import { once, type RequestKey } from "../db/replay.ts"
import { write } from "../db/write.ts"
import type { Platform } from "../payments/tables.ts"
import { refuse } from "../refusal.ts"
import { issue } from "../wallet/issue.ts"
import type { Currency } from "../wallet/ledger.ts"
import { taskInForce } from "./table.ts"
import { taskClaims } from "./tables.ts"
import { countOn, type Standing, tasksToday } from "./today.ts"

export interface TaskClaim {
  number: number
  platform: Platform
  request: RequestKey | undefined
}

/**
 * Takes the reward of a task that is done, once a day.
 *
 * @returns how the person's tasks stand then
 * @throws {Refusal} `task.unknown`, `task.retired`, `task.undone`, `bonus.taken`, `request.reused`
 */
export function claimTask(app: App, userId: number, claim: TaskClaim): Promise<Pick<Standing, "state">[]> {
  const { number, platform, request } = claim
  return write(app, (tx) =>
    once(app, tx, request, async () => {
      const day = app.calendar.dayOf(app.now())
      const task = await taskInForce(tx, platform, number)
      if ((await countOn(tx, userId, day, task.target)) < task.param) refuse("task.undone")
      const { id: taskId, currency, amount } = task
      const [row] = await tx
        .insert(taskClaims)
        .values({ userId, taskId, day, number, currency, amount, createdAt: app.now() })
        .onConflictDoNothing()
        .returning({ id: taskClaims.id })
      if (!row) refuse("bonus.taken", { message: "The task's reward was taken already today." })
      await issue(app, tx, { cause: "task", causeId: row.id, userId, currency: currency as Currency, amount })
      const { standings } = await tasksToday(app, tx, userId, platform)
      return standings.map(({ state }) => ({ state }))
    }),
  )
}
