import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { assertOneFilter } from "../wire/one_filter.ts"
import { operator } from "../wire/operator.ts"
import { actsIn } from "./log.ts"
import { AuditLog, actRow } from "./wire.ts"

export const auditRoutes = (app: App) =>
  new Hono<Wire>().get("/admin/audit_log", operator(app, "audit.read"), input(AuditLog), async (c) => {
    const { actor, act, target, ...page } = c.var.input
    assertOneFilter({ actor, act, target })
    return ok({ acts: (await actsIn(app.db.read, { actor, act, target }, page)).map(actRow(app)) })
  })
