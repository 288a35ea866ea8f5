import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { newestRelease } from "./release.ts"
import { releaseObject, VersionUpdate } from "./wire.ts"

export const catalogRoutes = (app: App) =>
  new Hono<Wire>().get("/version_update", input(VersionUpdate), async (c) => {
    const { platform, version } = c.var.input
    return ok(releaseObject(await newestRelease(app, platform, version)))
  })
