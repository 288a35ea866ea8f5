import { type Context, Hono } from "hono"
import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"
import { clientIp } from "../wire/client_ip.ts"
import type { Wire } from "../wire/context.ts"
import { bodyMax, readBody } from "../wire/params.ts"
import { mediaListener } from "./listener.ts"

/**
 * Where video comes out of this server, and where others that carry it call. Viewers prove themselves by their address's
 * signature, and callers by a secret or a signature of theirs.
 */
export const streamRoutes = (app: App) => {
  const view = async (c: Context<Wire>) => {
    const builtin = app.media.named("builtin")
    const ip = clientIp(app.config, c.env.server.requestIP(c.req.raw)?.address ?? "", c.req.header("x-forwarded-for"))
    return (await builtin?.view?.(c.req.raw, ip, c.env.server)) ?? refuse("server.no_such_path")
  }
  return new Hono<Wire>()
    .get("/live/*", view)
    .get("/vod/*", view)
    .on(["GET", "POST"], "/media/:provider/*", async (c) => {
      const { raw } = c.req
      const { pathname, search, searchParams } = new URL(raw.url)
      const provider = app.media.named(c.req.param("provider"))
      const path = pathname.slice(`/media/${c.req.param("provider")}/`.length)
      const callback = {
        method: raw.method,
        target: pathname + search,
        path,
        query: searchParams,
        headers: raw.headers,
        body: await readBody(raw, bodyMax),
      }
      if (!provider?.notify) refuse("server.no_such_path")
      return provider.notify(callback, mediaListener(app, provider.name))
    })
}
