import { type Context, Hono } from "hono"
import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { pageFiles, type ServedFile } from "./files.ts"
import { securityHeaders } from "./headers.ts"

/**
 * The demo: an app in the browser that uses this server as a phone's does, for whoever has just started it. It stands on the
 * documented calls and the socket alone, but for one answer about what this server lets people do.
 */
export const demoRoutes = (app: App) => {
  const demo = new Hono<Wire>()
  if (app.config.demo === "off") return demo
  const secure = securityHeaders(app.media.all)

  async function serve(c: Context<Wire>, name: string): Promise<Response> {
    const file = (await pageFiles()).get(name) ?? refuse("server.no_such_path")
    const headers = { ...secure, ...cachingOf(file) }
    if (c.req.header("if-none-match") === file.etag) return new Response(null, { status: 304, headers })
    const isGzipped = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "")
    return new Response(isGzipped ? file.gzipped : file.text, {
      headers: { ...headers, "Content-Type": file.type, ...(isGzipped && { "Content-Encoding": "gzip" }) },
    })
  }

  return demo
    .get("/", (c) => c.redirect("/demo/"))
    .get("/demo", (c) => c.redirect("/demo/"))
    .get("/demo/", (c) => serve(c, "index.html"))
    .get("/demo/door", () => {
      const { openRegistration, smsProvider } = app.config
      return ok({
        registers_by_name: openRegistration,
        codes_are_logged: smsProvider === "log",
        takes_browsers_video: app.media.on(1).name === "builtin",
        conferences_by: app.rtc.name,
      })
    })
    .get("/demo/:file", (c) => serve(c, c.req.param("file")))
}

const cachingOf = ({ etag, isHashed }: ServedFile) => ({
  ETag: etag,
  Vary: "Accept-Encoding",
  "Cache-Control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
})
