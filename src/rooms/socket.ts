import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Seat } from "../realtime/seat.ts"
import { Refusal, refuse } from "../refusal.ts"
import type { Wire } from "../wire/context.ts"
import { params } from "../wire/params.ts"
import { callerOf } from "../wire/session.ts"
import { ticketFor } from "./channel.ts"
import { Channel } from "./wire.ts"

/**
 * The chat's socket. A refusal upgrades all the same, sends the error frame and closes with 4000 and the code: a phone
 * cannot read the status of a failed upgrade.
 */
export const socketRoutes = (app: App) =>
  new Hono<Wire>().get("/channel/:id/ws", async (c) => {
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket") refuse("server.needs_websocket")
    const data = await seatFor(app, { ...(await params(c.req)), ...c.req.param() }, c.req.header("authorization"))
    if (!c.env.server.upgrade(c.req.raw, { data })) refuse("server.needs_websocket")
    return new Response()
  })

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
