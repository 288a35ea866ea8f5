import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { operator } from "../wire/operator.ts"
import { everySwitch, turnSwitch } from "./switch.ts"
import { Switch, TurnSwitch } from "./wire.ts"

/** The document has two of them turned by a GET. */
export const switchRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/admin/switch_auth", operator(app, "switches.turn"), input(Switch), async (c) => {
      await turnSwitch(app, c.var.actor, "real_name", c.var.input.switch)
      return ok()
    })
    .get("/admin/switch_account_auth", operator(app, "switches.turn"), input(Switch), async (c) => {
      await turnSwitch(app, c.var.actor, "test_account_check", c.var.input.switch)
      return ok()
    })
    .get("/admin/switches", operator(app, "switches.turn"), async () =>
      ok({ switches: await everySwitch(app.db.read) }),
    )
    .post("/admin/switches/turn", operator(app, "switches.turn"), input(TurnSwitch), async (c) => {
      const { name, on } = c.var.input
      await turnSwitch(app, c.var.actor, name, on)
      return ok()
    })
