import type { Frame } from "../realtime/bus.ts"
import type { Standing, TaskDay } from "./today.ts"

const statuses: Record<Standing["state"], number> = { open: 1, done: 2, claimed: 3 }

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1_000)

/** Tasks as the wire shows them. A person has a task once a day, so that both ids of a row are the task's number. */
export const taskRows = ({ userId, begunAt, standings }: TaskDay) =>
  standings.map(({ task, state, count, doneAt }) => ({
    Id: task.number,
    Uid: userId,
    TaskId: task.number,
    Status: statuses[state],
    BeginTime: seconds(begunAt),
    FinishTime: doneAt === undefined ? 0 : seconds(doneAt),
    TargetType: task.target,
    TargetNum: task.param,
    TargetCurrent: count,
  }))

/** How many tasks there are, how many are done, and of how many the reward was taken. */
export const tallyOf = (standings: Pick<Standing, "state">[]) => ({
  current: standings.filter(({ state }) => state === "claimed").length,
  finish: standings.filter(({ state }) => state !== "open").length,
  task_num: standings.length,
})

/** How somebody's tasks stand, for their socket. */
export const tasksFrame = (day: TaskDay): Frame => ({ mtype: 60, ...tallyOf(day.standings), tasks: taskRows(day) })
