import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { operator } from "../wire/operator.ts"
import { turnSwitch } from "./operate.ts"
import { Switch } from "./wire.ts"

/** The document has them changed by a GET. */
export const adminRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/admin/switch_auth", operator(app), input(Switch), async (c) => {
      await turnSwitch(app, c.var.actor, "real_name", c.var.input.switch)
      return ok()
    })
    .get("/admin/switch_account_auth", operator(app), input(Switch), async (c) => {
      await turnSwitch(app, c.var.actor, "test_account_check", c.var.input.switch)
      return ok()
    })
