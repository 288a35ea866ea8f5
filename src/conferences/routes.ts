import { Hono } from "hono"
import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { operator } from "../wire/operator.ts"
import { bodyMax, readBody } from "../wire/params.ts"
import { acting, signedIn } from "../wire/session.ts"
import { conferenceById, confirmConference, createConference } from "./conference.ts"
import { deleteConference, exitConference, throwGuestOut } from "./exit.ts"
import { invite } from "./invitation.ts"
import { composedAddress, openConference } from "./opening.ts"
import { passFor } from "./pass.ts"
import { rtcListener } from "./rtc_listener.ts"
import { guestsOf } from "./stage.ts"
import {
  Confirm,
  conferenceInfo,
  conferenceTotals,
  DeleteMultiple,
  Exit,
  GenLiveAddr,
  GenToken,
  GetRoom,
  Invite,
  members,
  passKeys,
  ReadyRoom,
} from "./wire.ts"

const invalid = "conference.invalid"

export const conferenceRoutes = (app: App) =>
  new Hono<Wire>()
    .post("/multiple/create_room", acting(app), async (c) =>
      ok({ rid: String(await createConference(app, c.var.session.user)) }),
    )
    .post("/multiple/confirm", acting(app), input(Confirm, invalid), async (c) => {
      const { rid, room_name, location } = c.var.input
      await confirmConference(app, c.var.session.user, rid, { name: room_name, location })
      return ok()
    })
    .post("/multiple/ready_room", acting(app), input(ReadyRoom, invalid), async (c) => {
      const { rid, room_name, location, save } = c.var.input
      const opening = { name: room_name, location, save }
      const { pushAddress, pass } = await openConference(app, c.var.session.user, rid, opening)
      return ok({ live_pull: pushAddress, rid: String(rid), ...passKeys(app, pass) })
    })
    .post("/multiple/gen_live_addr", acting(app), input(GenLiveAddr, invalid), async (c) => {
      const { rid, line } = c.var.input
      return ok({ live_url: await composedAddress(app, c.var.session.user, rid, line) })
    })
    .get("/multiple/get_room", signedIn(app), input(GetRoom, invalid), async (c) => {
      const hosted = await conferenceById(app.db.read, c.var.input.rid)
      const isHost = hosted.room.ownerId === c.var.session.user.id
      // Whom a host has asked is nobody else's business.
      const guests = await guestsOf(app.db.read, hosted.room.id, "agreed", ...(isHost ? (["asked"] as const) : []))
      return ok({ room: conferenceInfo(app, hosted), members: members(hosted, guests) })
    })
    .get("/multiple/gen_token", signedIn(app), input(GenToken, invalid), async (c) => {
      const { roomId, pass } = await passFor(app, c.var.session.user.id, c.var.input.rid)
      return ok({ rid: String(roomId), ...passKeys(app, pass) })
    })
    .post("/multiple/invite", acting(app), input(Invite, invalid), async (c) => {
      const { oid, rid } = c.var.input
      await invite(app, c.var.session.user, rid, oid)
      return ok()
    })
    .post("/multiple/exit", acting(app), input(Exit, invalid), async (c) => {
      const { user } = c.var.session
      const { oid } = c.var.input
      return ok(conferenceTotals(await (oid === undefined ? exitConference(app, user) : throwGuestOut(app, user, oid))))
    })
    .delete("/admin/delete_multiple", operator(app, "rooms.close"), input(DeleteMultiple, invalid), async (c) => {
      await deleteConference(app, c.var.actor, c.var.input.rid)
      return ok()
    })

/** Where a provider of RTC calls, who proves itself by a signature. */
export const rtcRoutes = (app: App) =>
  new Hono<Wire>().post("/rtc/:provider/*", async (c) => {
    const { raw } = c.req
    const name = c.req.param("provider")
    if (name !== app.rtc.name || !app.rtc.notify) refuse("server.no_such_path")
    const path = new URL(raw.url).pathname.slice(`/rtc/${name}/`.length)
    const callback = { method: raw.method, path, headers: raw.headers, body: await readBody(raw, bodyMax) }
    return app.rtc.notify(callback, rtcListener(app))
  })
