import { Hono } from "hono"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import { outbox } from "../db/tables.ts"
import type { Wire } from "./context.ts"
import { ok } from "./envelope.ts"

const anyRow = query()((db) => db.select({ id: outbox.id }).from(outbox).limit(1).prepare())

/** For whoever watches the process: alive, and ready to work, which takes a database that answers. */
export const healthRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/healthz", () => ok(app.config.sandbox ? { sandbox: true } : {}))
    .get("/readyz", async () => {
      await anyRow(app.db.read, {})
      return ok()
    })
