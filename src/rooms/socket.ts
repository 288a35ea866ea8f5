import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Listener, SocketFeature } from "../realtime/listener.ts"
import type { Seat } from "../realtime/seat.ts"
import { Refusal, refuse } from "../refusal.ts"
import type { Wire } from "../wire/context.ts"
import { params } from "../wire/params.ts"
import { callerOf } from "../wire/session.ts"
import { expelTooLate } from "./admission.ts"
import { ticketFor } from "./channel.ts"
import { createChat } from "./chat.ts"
import { mtype, pingFrame, snapshotFrame } from "./frames.ts"
import { createPresence } from "./presence.ts"
import { Channel, numberOf, readFrame, readJson } from "./wire.ts"

/**
 * The chat's socket. A refusal upgrades all the same, sends the error frame and closes with 4000 and the code: a phone
 * cannot read the status of a failed upgrade.
 */
export const socketRoutes = (app: App) =>
  new Hono<Wire>().get("/channel/:id/ws", async (c) => {
    const asksFor = c.req.header("upgrade")?.toLowerCase()
    if (asksFor !== "websocket" || c.req.header("sec-websocket-version") !== "13") refuse("server.needs_websocket")
    const data = await seatFor(app, { ...(await params(c.req)), ...c.req.param() }, c.req.header("authorization"))
    if (!c.env.server.upgrade(c.req.raw, { data })) refuse("server.needs_websocket")
    return new Response()
  })

/** What the sockets of rooms and lobby do, with what features above the rooms add. */
export function createListener(app: App, features: readonly SocketFeature[] = []): Listener {
  const chat = createChat(app)
  const presence = createPresence(app)
  return {
    left(seat) {
      presence.left(seat)
      for (const feature of features) feature.left?.(seat)
    },
    async entered(seat) {
      presence.entered(seat)
      await Promise.all([expelTooLate(app, seat), ...features.map((feature) => feature.entered(seat))])
    },
    snapshot(seat, at) {
      const { welcome } = seat
      // Needed once; ten thousand idle sockets need not keep it.
      seat.welcome = undefined
      for (const feature of features) feature.opened(seat)
      return welcome && snapshotFrame(welcome, at)
    },
    said(seat, text) {
      const json = readJson(text)
      if (json === undefined) return app.realtime.refuse(seat, "input.not_json")
      const feature = features.find(({ hears }) => hears.some((number) => number === numberOf(json)))
      if (feature) return feature.said(seat, json as Record<string, unknown>)
      const message = readFrame(json)
      if (!message) return app.realtime.refuse(seat, "input.invalid")
      if (message.mtype === mtype.ping) return app.realtime.answer(seat, pingFrame())
      if (seat.roomId === 0) return app.realtime.refuse(seat, "room.no_chat")
      if (message.mtype === mtype.star) return chat.star(seat)
      return chat.speak(seat, message.msg)
    },
  }
}

async function seatFor(app: App, given: Record<string, unknown>, authorization: string | undefined): Promise<Seat> {
  try {
    const session = await callerOf(app, given, authorization)
    const { data } = Channel.safeParse(given)
    if (!data) return app.realtime.refusal("input.invalid")
    const { id, ext, since, epoch } = data
    return app.realtime.seat(await ticketFor(app, session, id, { ext, since, epoch }))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return app.realtime.refusal(error.reason)
  }
}
