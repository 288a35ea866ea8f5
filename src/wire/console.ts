import type { Context } from "hono"
import { generateCookie, getCookie } from "hono/cookie"
import { banOn } from "../accounts/ban.ts"
import { passwordHashOf, type User, userById } from "../accounts/user.ts"
import { bringsToken, type OperatorSession, sessionMax } from "../admin/session.ts"
import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"

/** The header in which the console's page brings its session's token. */
const tokenHeader = "x-console-token"
/** Calls that the page makes by itself, with nobody at it, carry this header and do not keep the session alive. */
const idleHeader = "x-console-idle"

/** The cookie's name; under HTTPS one that browsers take from this very host alone, and over HTTPS alone. */
const cookieName = (app: Pick<App, "config">) => (isSecure(app) ? "__Host-mili_console" : "mili_console")

/** Whether browsers reach this server by HTTPS. */
const isSecure = ({ config }: Pick<App, "config">): boolean =>
  config.publicUrl?.startsWith("https:") ?? config.tlsCert !== undefined

/** The cookie that a call brings, if any. */
export const cookieOf = (app: App, c: Context): string | undefined => getCookie(c, cookieName(app))

/** Adds a session's cookie to an answer: scripts cannot read it, and no other site's page has it sent. */
export function giveCookie(app: App, answer: Response, cookie: string): Response {
  answer.headers.append("Set-Cookie", cookieHeader(app, cookie, sessionMax.whole / 1_000))
  return answer
}

/** Takes it out of the browser. */
export function takeCookie(app: App, answer: Response): Response {
  answer.headers.append("Set-Cookie", cookieHeader(app, "", 0))
  return answer
}

const cookieHeader = (app: App, cookie: string, maxAge: number) =>
  generateCookie(cookieName(app), cookie, {
    path: "/",
    httpOnly: true,
    sameSite: "Strict",
    secure: isSecure(app),
    maxAge,
  })

/**
 * Whether a call comes from a page of another site, as the browser tells. Older browsers, and pages that came over plain HTTP
 * from another machine, tell less; what tells nothing is no browser's form.
 */
export function isFromElsewhere({ config }: Pick<App, "config">, c: Context): boolean {
  const site = c.req.header("sec-fetch-site")
  if (site !== undefined) return site !== "same-origin"
  const origin = c.req.header("origin")
  if (origin === undefined) return false
  const here = [c.req.header("host"), config.publicUrl && URL.parse(config.publicUrl)?.host]
  return !here.includes(URL.parse(origin)?.host ?? "")
}

/** The session of the console that a call's cookie opens, whoever sent it. */
export async function sessionByCookie(app: App, c: Context): Promise<OperatorSession | undefined> {
  const cookie = cookieOf(app, c)
  if (app.config.console === "off" || cookie === undefined || isFromElsewhere(app, c)) return undefined
  const session = app.operatorSessions.find(cookie, c.req.header(idleHeader) === undefined)
  if (!session || session.userId === 0) return session
  if ((await passwordHashOf(app.db.read, session.userId)) === session.passwordHash) return session
  app.operatorSessions.end(cookie)
  return undefined
}

/** The same, of a call that the console's own page made: a cookie alone proves nothing. */
export async function sessionOfPage(app: App, c: Context): Promise<OperatorSession | undefined> {
  const session = await sessionByCookie(app, c)
  return session && bringsToken(session, c.req.header(tokenHeader)) ? session : undefined
}

/** The account that acts in a session. @throws {Refusal} `account.unknown`, `account.banned_forever` */
export async function operatorsAccount(app: App, { userId }: OperatorSession): Promise<User> {
  const user = await userById(app.db.read, userId)
  if (banOn(user.bannedUntil, app.now()) === "account.banned_forever") refuse("account.banned_forever")
  return user
}
