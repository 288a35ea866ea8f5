import { Hono } from "hono"
import type { App } from "../app.ts"
import { pageFile } from "../pages/answer.ts"
import { securityHeaders } from "../pages/headers.ts"
import { refuse } from "../refusal.ts"
import { addressOf } from "../wire/client_ip.ts"
import { cookieOf, giveCookie, isFromElsewhere, sessionByCookie, sessionOfPage, takeCookie } from "../wire/console.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { consolePage } from "./page.ts"
import { signInByPassword, signInByToken } from "./sign_in.ts"
import { SignIn, sessionObject } from "./wire.ts"

const allowance = { permissions: "fullscreen=(self), camera=(), microphone=(), geolocation=(), payment=()" }

/** The operators' console: a page that makes the operator's calls, and how its session begins and ends. */
export const consoleRoutes = (app: App) => {
  const console = new Hono<Wire>()
  if (app.config.console === "off") return console
  const secure = securityHeaders(app.media.all, allowance)

  return console
    .get("/console", (c) => c.redirect("/console/"))
    .get("/console/", (c) => pageFile(c, consolePage, "index.html", secure))
    .get("/console/session", async (c) => {
      const session = (await sessionByCookie(app, c)) ?? refuse("session.missing")
      return ok(await sessionObject(app, session))
    })
    .post("/console/sign_in", input(SignIn), async (c) => {
      if (isFromElsewhere(app, c)) refuse("session.forbidden", { message: "This call came from another site's page." })
      const { account, pwd: password, admin_token: token } = c.var.input
      const ip = addressOf(app.config, c)
      const cookie =
        token !== undefined
          ? await signInByToken(app, token, ip)
          : account !== undefined && password !== undefined
            ? await signInByPassword(app, { account, password, ip })
            : refuse("input.invalid", { message: 'The parameters "account" and "pwd" are missing.' })
      return giveCookie(app, ok(), cookie)
    })
    .post("/console/sign_out", async (c) => {
      if (!(await sessionOfPage(app, c))) refuse("session.missing")
      const cookie = cookieOf(app, c)
      if (cookie !== undefined) app.operatorSessions.end(cookie)
      return takeCookie(app, ok())
    })
    .get("/console/:file", (c) => pageFile(c, consolePage, c.req.param("file"), secure))
}
