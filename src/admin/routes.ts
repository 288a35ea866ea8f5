import { Hono } from "hono"
import type { App } from "../app.ts"
import { undelivered } from "../db/undelivered.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { operator } from "../wire/operator.ts"
import { dossierOf } from "./dossier.ts"
import { moneyOfDay } from "./money.ts"
import { retryUndelivered } from "./retry.ts"
import { dossierObject, moneyObject, Outbox, Person, Retry, undeliveredRow } from "./wire.ts"

export const adminRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/admin/users/person", operator(app, "users.see"), input(Person), async (c) =>
      ok(dossierObject(app)(await dossierOf(app, c.var.input.oid))),
    )
    .get("/admin/money", operator(app, "money.see"), async () =>
      ok(moneyObject(await moneyOfDay(app), app.audited.last)),
    )
    .get("/admin/outbox", operator(app, "outbox.retry"), input(Outbox), async (c) =>
      ok({ outbox: (await undelivered(app.db.read, c.var.input)).map(undeliveredRow(app)) }),
    )
    .post("/admin/outbox/retry", operator(app, "outbox.retry"), input(Retry), async (c) => {
      await retryUndelivered(app, c.var.actor, c.var.input.id)
      return ok()
    })
