import { Hono } from "hono"
import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { requestKey } from "../wire/request_key.ts"
import { acting, signedIn } from "../wire/session.ts"
import { admit } from "./admission.ts"
import { attendance } from "./audience.ts"
import { cancelReservation, closeRoom, openRoom, pushAddress, reserve } from "./broadcast.ts"
import { followedRooms } from "./followed.ts"
import { cancelGag, gag } from "./gag.ts"
import { liveRooms, roomById } from "./room.ts"
import {
  audienceInfo,
  ChatInfo,
  CheckChannel,
  CloseRoom,
  CreateRoom,
  chatInfo,
  FocusLiveList,
  Gag,
  ListRoom,
  LiveCreate,
  PullAddr,
  RoomInfo,
  roomInfo,
  roomRow,
  roomTotals,
} from "./wire.ts"

export const roomRoutes = (app: App) =>
  new Hono<Wire>()
    .post("/room/live_create", acting(app), input(LiveCreate), async (c) => {
      const room = await reserve(app, c.var.session.user, c.var.input.line)
      return ok({ liveid: String(room.id), url: app.media.on(room.line).pushAddress(room.id) })
    })
    .post("/room/exit_create", acting(app), async (c) => {
      await cancelReservation(app, c.var.session.user)
      return ok()
    })
    .post("/room/create_room", acting(app), input(CreateRoom), async (c) => {
      const { room_name, location, itype, save, game_type, slow } = c.var.input
      const { user } = c.var.session
      const roomid = await openRoom(app, user, {
        name: room_name,
        location,
        itype,
        save,
        gameType: game_type,
        slowSeconds: slow,
        request: await requestKey(c, user.id),
      })
      return ok({ roomid })
    })
    .post("/room/close_room", acting(app), input(CloseRoom), async (c) => {
      const { totals, wasOver } = await closeRoom(app, c.var.session.user, c.var.input.roomid)
      if (wasOver) refuse("room.over", { data: roomTotals(totals) })
      return ok(roomTotals(totals))
    })
    .get("/room/pull_addr", signedIn(app), input(PullAddr), async (c) => {
      const { rid, line } = c.var.input
      return ok({ push_url: await pushAddress(app, c.var.session, rid, line) })
    })
    .get("/list_room", input(ListRoom), async (c) => {
      const rows = await liveRooms(app.db.read, c.var.input)
      return ok({ RoomList: rows.map((row) => roomRow(app, row)) })
    })
    .get("/focus/focus_live_list", signedIn(app), input(FocusLiveList), async (c) => {
      const { count, rooms } = await followedRooms(app.db.read, c.var.session.user.id, c.var.input)
      return ok({ count, focus: rooms.map((row) => roomRow(app, row)) })
    })
    .get("/room_info", input(RoomInfo), async (c) =>
      ok({ info: roomInfo(app, await roomById(app.db.read, c.var.input.rid)) }),
    )
    .get("/check_channel/:num", signedIn(app), input(CheckChannel), async (c) => {
      const { num } = c.var.input
      if (num !== 0) await admit(app, c.var.session.user.id, num)
      return ok()
    })
    .get("/chat_info", signedIn(app), input(ChatInfo), async (c) =>
      ok(chatInfo(await attendance(app, c.var.session.user.id, c.var.input.rid, c.var.input))),
    )
    .get("/audience_info", signedIn(app), input(ChatInfo), async (c) =>
      ok(audienceInfo(await attendance(app, c.var.session.user.id, c.var.input.rid, c.var.input))),
    )
    .post("/chat/gag", acting(app), input(Gag), async (c) => {
      await gag(app, c.var.session.user.id, c.var.input.oid)
      return ok()
    })
    .post("/chat/cancel_gag", acting(app), input(Gag), async (c) => {
      await cancelGag(app, c.var.session.user.id, c.var.input.oid)
      return ok()
    })
