import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { operator } from "../wire/operator.ts"
import { requestKey } from "../wire/request_key.ts"
import { acting, signedIn } from "../wire/session.ts"
import { claimTask } from "./claim.ts"
import { tallyOf, taskRows } from "./frame.ts"
import { publishTasks, tasksOfVersion, taskVersions } from "./publish.ts"
import { taskTableAfter } from "./table.ts"
import { tasksToday } from "./today.ts"
import {
  claimObject,
  configObject,
  ListTask,
  newTask,
  PostTask,
  PublishTasks,
  TaskConfig,
  TasksOf,
  TaskVersions,
  taskObject,
  versionRow,
} from "./wire.ts"

export const taskRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/task_config", input(TaskConfig), async (c) => {
      const { platform, version } = c.var.input
      return ok(configObject(await taskTableAfter(app.db.read, platform, version)))
    })
    .get("/task/list_task", signedIn(app), input(ListTask), async (c) => {
      const day = await tasksToday(app, app.db.read, c.var.session.user.id, c.var.input.platform)
      return ok({ task: taskRows(day), ...tallyOf(day.standings) })
    })
    // Out of use: tasks are fresh at every look.
    .post("/task/refresh_task", acting(app), () => ok())
    .post("/task/post_task", acting(app), input(PostTask), async (c) => {
      const { id } = c.var.session.user
      const { task_id, platform } = c.var.input
      const request = await requestKey(c, id)
      return ok(claimObject(await claimTask(app, id, { number: task_id, platform, request })))
    })
    .get("/admin/tasks", operator(app, "catalog.edit"), input(TaskVersions), async (c) =>
      ok({ versions: (await taskVersions(app.db.read, c.var.input)).map(versionRow(app)) }),
    )
    .get("/admin/tasks/version", operator(app, "catalog.edit"), input(TasksOf), async (c) => {
      const { table, tasks } = await tasksOfVersion(app.db.read, c.var.input.id)
      return ok({ ...versionRow(app)(table), task: tasks.map(taskObject) })
    })
    .post("/admin/tasks/publish", operator(app, "catalog.edit"), input(PublishTasks), async (c) => {
      const { platform, version, tasks } = c.var.input
      await publishTasks(app, c.var.actor, { platform, version, tasks: tasks.map(newTask) })
      return ok()
    })
