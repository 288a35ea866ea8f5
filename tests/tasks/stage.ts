import { creditUser } from "../../src/admin/credit.ts"
import { write } from "../../src/db/write.ts"
import type { Platform } from "../../src/payments/tables.ts"
import { type Target, targets, tasks, taskTables } from "../../src/tasks/tables.ts"
import type { TestApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"

/** Of the seeded tasks: to give 1, 5 and 10 gifts, and to win 1, 3 and 6 rounds. */
export const [givesOne, givesFive, givesTen] = [400, 500, 600] as const
export const [winsOne, winsThree, winsSix] = [100, 200, 300] as const

export interface Row {
  Id: number
  Uid: number
  TaskId: number
  Status: number
  BeginTime: number
  FinishTime: number
  TargetType: number
  TargetNum: number
  TargetCurrent: number
}

/** A person's tasks as the app sees them, by their numbers. */
export async function tasksOf(phone: Phone): Promise<Record<number, Row>> {
  const { task } = await phone.ok("GET", "/task/list_task")
  return Object.fromEntries((task as Row[]).map((row) => [row.TaskId, row]))
}

/** Gives a gift of the cheapest kind, with diamonds of the house's. */
export async function gives(giver: Phone, receiver: Phone, num = 1): Promise<void> {
  const given = { userId: giver.uid, currency: "diamond", amount: num, actor: "cli", why: "a story" } as const
  await creditUser(giver.app.running.app, given)
  await giver.ok("POST", "/gift/send_gift", { giftid: 1, num, revid: receiver.uid })
}

/** Wins rounds, as a game will say it. */
export async function wins({ app: { running }, uid }: Phone, times = 1): Promise<void> {
  const { app } = running
  await write(app, (tx, after) => app.taskProgress.count(tx, after, { userId: uid, target: "win", times }))
}

export const claims = (phone: Phone, number: number) => phone.ok("POST", "/task/post_task", { task_id: number })

export interface NewTask {
  number: number
  target: Target
  param: number
  amount: number
  currency?: number
}

/** Puts a new version of a platform's tasks into force, as an operator does; it is counted from a minute later. */
export async function publishes({ running, pass }: TestApp, platform: Platform, version: string, table: NewTask[]) {
  const createdAt = running.app.now()
  await write(running.app, async (tx) => {
    const [made] = await tx.insert(taskTables).values({ platform, version, createdAt }).returning({ id: taskTables.id })
    const tableId = made?.id ?? 0
    for (const { target, ...task } of table) {
      const row = { ...task, tableId, name: `${task.param}`, target: targets[target] }
      await tx.insert(tasks).values(row).returning({ id: tasks.id })
    }
  })
  pass(61_000)
}
