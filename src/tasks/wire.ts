import { z } from "zod"
import { id, text } from "../wire/fields.ts"
import { textOf } from "../wire/params.ts"
import { tallyOf } from "./frame.ts"
import type { TaskTable } from "./table.ts"
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

/** A table as apps keep it; every task is a daily one, and the second reward is not in use. */
export const configObject = ({ version, tasks }: TaskTable) => ({
  task: tasks.map(({ number, name, target, param, currency, amount }) => ({
    Id: number,
    Name: name,
    Type: 0,
    Target: target,
    TargetParam: param,
    Reward1: { MoneyType: currency, Num: amount },
    Reward2: 0,
  })),
  version,
})

/** What is left to do after a reward was taken; `all_finish` is 1 once every task is done. */
export function claimObject(standings: Pick<Standing, "state">[]) {
  const { current, finish, task_num } = tallyOf(standings)
  return { all_finish: finish === task_num ? 1 : 0, current }
}
