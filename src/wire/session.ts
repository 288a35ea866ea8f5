import { createMiddleware } from "hono/factory"
import { banOn } from "../accounts/ban.ts"
import { type Session, sessionOf } from "../accounts/session.ts"
import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"
import type { Wire } from "./context.ts"
import { type Params, params, textOf } from "./params.ts"

export interface SignedIn extends Wire {
  Variables: { session: Session }
}

/**
 * Lets only signed-in callers through, for calls that read. The token is a parameter or a bearer header, never a cookie;
 * a `uid` beside it must be the token's own.
 */
export const signedIn = (app: App) =>
  createMiddleware<SignedIn>(async (c, next) => {
    c.set("session", await callerOf(app, await params(c.req), c.req.header("authorization")))
    return next()
  })

/** Lets only signed-in callers through who may act: an account suspended for a time can read but change nothing. */
export const acting = (app: App) =>
  createMiddleware<SignedIn>(async (c, next) => {
    c.set("session", await actorOf(app, await params(c.req), c.req.header("authorization")))
    return next()
  })

/** The same for calls that need no token: without one the session is undefined. */
export const perhapsActing = (app: App) =>
  createMiddleware<Wire & { Variables: { session: Session | undefined } }>(async (c, next) => {
    const given = await params(c.req)
    const authorization = c.req.header("authorization")
    const isSigned = tokenOf(given, authorization) !== undefined
    c.set("session", isSigned ? await actorOf(app, given, authorization) : undefined)
    return next()
  })

/**
 * Who acts by a call.
 *
 * @throws {Refusal} `account.banned`, `account.banned_forever` and whatever {@link callerOf} throws
 */
export async function actorOf(app: App, given: Params, authorization: string | undefined): Promise<Session> {
  const session = await callerOf(app, given, authorization)
  const ban = banOn(session.user.bannedUntil, app.now())
  if (ban) refuse(ban)
  return session
}

/** The token a call carries: the parameter or, without one, the bearer header's; undefined when there is neither. */
export const tokenOf = (given: Params, authorization: string | undefined): unknown =>
  given["token"] || /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1]

/**
 * Whose token a call carries.
 *
 * @throws {Refusal} `session.missing` and whatever {@link sessionOf} throws
 */
export async function callerOf(app: App, given: Params, authorization: string | undefined): Promise<Session> {
  const token = tokenOf(given, authorization)
  if (token === undefined) refuse("session.missing")
  if (typeof token !== "string") refuse("session.unknown")
  const session = await sessionOf(app, token)
  const uid = given["uid"]
  if (uid !== undefined && uid !== "" && textOf(uid) !== String(session.user.id)) {
    refuse("session.unknown", { message: 'The parameter "uid" is not the one the token belongs to.' })
  }
  return session
}
