import { Hono } from "hono"
import type { App } from "../app.ts"
import { pageFile } from "../pages/answer.ts"
import { securityHeaders } from "../pages/headers.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { demoPage } from "./page.ts"

/**
 * Who goes live from the page may need an encoder of sound that is WebAssembly in a worker, which its library makes from text;
 * so is the clock of who hosts a conference.
 */
const allowance = {
  scripts: " 'wasm-unsafe-eval'",
  more: ["worker-src blob:"],
  connections: " ws: wss:",
  permissions: "camera=(self), microphone=(self), fullscreen=(self), geolocation=(), payment=()",
}

/**
 * The demo: an app in the browser that uses this server as a phone's does, for whoever has just started it. It stands on the
 * documented calls and the socket alone, but for one answer about what this server lets people do.
 */
export const demoRoutes = (app: App) => {
  const demo = new Hono<Wire>()
  if (app.config.demo === "off") return demo
  const secure = securityHeaders(app.media.all, allowance)
  return demo
    .get("/", (c) => c.redirect("/demo/"))
    .get("/demo", (c) => c.redirect("/demo/"))
    .get("/demo/", (c) => pageFile(c, demoPage, "index.html", secure))
    .get("/demo/door", () => {
      const { openRegistration, smsProvider } = app.config
      return ok({
        registers_by_name: openRegistration,
        codes_are_logged: smsProvider === "log",
        takes_browsers_video: app.media.on(1).name === "builtin",
        conferences_by: app.rtc.name,
      })
    })
    .get("/demo/:file", (c) => pageFile(c, demoPage, c.req.param("file"), secure))
}
