import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { onlooker } from "../wire/operator.ts"
import { roomsOnAir } from "./monitor.ts"
import { monitorRow } from "./wire.ts"

export const moderationRoutes = (app: App) =>
  new Hono<Wire>().get("/admin/monitor", onlooker(app, "moderator"), async () => {
    const rooms = await roomsOnAir(app.db.read)
    return Response.json(rooms.map(monitorRow(app)))
  })
