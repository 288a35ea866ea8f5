import { Hono } from "hono"
import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { onlooker, operator } from "../wire/operator.ts"
import { requestKey } from "../wire/request_key.ts"
import { bansOf, sentence } from "./ban.ts"
import { closeBroadcast } from "./closing.ts"
import { everythingOnAir, roomsOnAir } from "./monitor.ts"
import { setStageRight } from "./stage_right.ts"
import {
  Bans,
  banFrom,
  banOutcome,
  banRow,
  CloseChat,
  ForbidUserPower,
  monitorRow,
  Rooms,
  roomNowRow,
  Stage,
} from "./wire.ts"

export const moderationRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/admin/monitor", onlooker(app, "rooms.watch"), async () => {
      const rooms = await roomsOnAir(app.db.read)
      return Response.json(rooms.map(monitorRow(app)))
    })
    .get("/admin/rooms", operator(app, "rooms.watch"), input(Rooms), async (c) =>
      ok({ rooms: (await everythingOnAir(app.db.read, c.var.input)).map(roomNowRow(app)) }),
    )
    .post("/admin/close_chat", operator(app, "rooms.close"), input(CloseChat), async (c) => {
      await closeBroadcast(app, c.var.actor, c.var.input.anchorid)
      return ok()
    })
    .post("/admin/forbid_user_power", operator(app, "users.ban"), input(ForbidUserPower), async (c) => {
      const { oid, why } = c.var.input
      const ban = banFrom(c.var.input)
      if (!ban) refuse("input.invalid", { message: 'The parameter "forbid_time" is missing.' })
      const request = await requestKey(c, c.var.operatorId)
      return ok(banOutcome(await sentence(app, c.var.actor, { userId: oid, ban, why, request })))
    })
    .get("/admin/bans", operator(app, "users.see"), input(Bans), async (c) => {
      const { oid, standing, ...page } = c.var.input
      return ok({ bans: (await bansOf(app, { userId: oid, standing }, page)).map(banRow(app)) })
    })
    .post("/admin/users/stage", operator(app, "users.stage"), input(Stage), async (c) => {
      await setStageRight(app, c.var.actor, c.var.input.oid, c.var.input.allowed)
      return ok()
    })
