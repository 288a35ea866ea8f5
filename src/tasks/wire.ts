import { z } from "zod"
import type { App } from "../app.ts"
import { id, name, oneOf, page, text, whole } from "../wire/fields.ts"
import { textOf } from "../wire/params.ts"
import { createClock } from "../wire/times.ts"
import { tallyOf } from "./frame.ts"
import type { NewTask, TaskVersion } from "./publish.ts"
import type { Task, TaskTable } from "./table.ts"
import type { Standing } from "./today.ts"

/** What an app runs on: its name, or the number that registration has for it; Android when it does not say. */
export const platform = z
  .preprocess(
    (value) => textOf(value)?.trim().toLowerCase(),
    z.enum(["android", "ios", "0", "1"], { error: "must be android or ios" }),
  )
  .transform((name) => (name === "ios" || name === "1" ? "ios" : "android"))
  .default("android")

export const TaskConfig = z.object({ platform, version: text(1, 32).optional() })
/** `platform` is ours: apps in people's hands do not say it here. */
export const ListTask = z.object({ platform })
export const PostTask = z.object({ task_id: id(), platform })

/** Tasks that a version may have. */
const tasksMax = 100

const PublishedTask = z.object({
  Id: whole(1, 1_000_000_000),
  Name: name(1, 80),
  Target: oneOf(0, 1),
  TargetParam: whole(1, 1_000_000),
  Reward1: z.object({ MoneyType: oneOf(1, 2, 3).default(3), Num: whole(1, 1_000_000) }),
})

const list = z.array(PublishedTask).max(tasksMax)
const listError = `must be a JSON list of at most ${tasksMax} tasks as task_config shows them, each with an Id of its own`

/** A list, or the JSON text of one, since a form has no lists. */
const published = z.unknown().transform((given, context) => {
  const { data } = list.safeParse(typeof given === "string" ? jsonOf(given) : given)
  const isSound = data && new Set(data.map(({ Id }) => Id)).size === data.length
  if (isSound) return data
  context.addIssue({ code: "custom", message: listError })
  return z.NEVER
})

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const TaskVersions = z.object(page)
export const TasksOf = z.object({ id: id() })
export const PublishTasks = z.object({
  platform: z.enum(["android", "ios"], { error: "must be android or ios" }),
  version: text(1, 32).refine((version) => /^\d+(\.\d+)*$/.test(version), {
    error: "must be numbers with points between",
  }),
  tasks: published,
})

export const newTask = ({ Id, Name, Target, TargetParam, Reward1 }: z.output<typeof PublishedTask>): NewTask => ({
  number: Id,
  name: Name,
  target: Target,
  param: TargetParam,
  currency: Reward1.MoneyType,
  amount: Reward1.Num,
})

/** A version of a platform's tasks. */
export function versionRow(app: Pick<App, "config">) {
  const clock = createClock(app.config)
  return ({ id, platform, version, createdAt }: TaskVersion) => ({
    id: String(id),
    platform,
    version,
    create_time: clock.plain(createdAt),
  })
}

/** A task as apps keep it: every one is a daily one, and the second reward is not in use. */
export const taskObject = ({ number, name, target, param, currency, amount }: Task) => ({
  Id: number,
  Name: name,
  Type: 0,
  Target: target,
  TargetParam: param,
  Reward1: { MoneyType: currency, Num: amount },
  Reward2: 0,
})

/** A table as apps keep it. */
export const configObject = ({ version, tasks }: TaskTable) => ({ task: tasks.map(taskObject), version })

/** What is left to do after a reward was taken; `all_finish` is 1 once every task is done. */
export function claimObject(standings: Pick<Standing, "state">[]) {
  const { current, finish, task_num } = tallyOf(standings)
  return { all_finish: finish === task_num ? 1 : 0, current }
}
