import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { everybody, operator } from "../wire/operator.ts"
import { acting } from "../wire/session.ts"
import { fileRealName, realNamesAreAsked } from "./real_name.ts"
import { approveRealName, realNamesIn, refuseRealName, revealRealNames } from "./review.ts"
import { Approve, AuthReal, operatorRow, outcome, RealNames, Refuse } from "./wire.ts"

export const realNameRoutes = (app: App) =>
  new Hono<Wire>()
    .post("/user/auth_real", acting(app), input(AuthReal), async (c) => {
      const { name, identify_type, identification, birthday, sex, school } = c.var.input
      const statement = { name, kind: identify_type, number: identification, birthday, sex, school }
      await fileRealName(app, c.var.session.user.id, statement)
      return ok()
    })
    .get("/admin/auth_real_status", everybody(), async () => ok({ status: await realNamesAreAsked(app.db.read) }))
    .get("/admin/real_names", operator(app, "real_names.review"), input(RealNames), async (c) => {
      const { state, reveal, ...page } = c.var.input
      const found = reveal ? await revealRealNames(app, c.var.actor, state, page) : await realNamesIn(app, state, page)
      return ok({ real_names: found.map(operatorRow(app, { inFull: reveal })) })
    })
    .post("/admin/real_names/approve", operator(app, "real_names.review"), input(Approve), async (c) =>
      ok(outcome(await approveRealName(app, c.var.actor, c.var.input.id))),
    )
    .post("/admin/real_names/refuse", operator(app, "real_names.review"), input(Refuse), async (c) =>
      ok(outcome(await refuseRealName(app, c.var.actor, c.var.input.id, c.var.input.why))),
    )
