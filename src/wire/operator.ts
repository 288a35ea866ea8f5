import { createMiddleware } from "hono/factory"
import { banOn } from "../accounts/ban.ts"
import type { User } from "../accounts/user.ts"
import { rolesOf } from "../admin/role.ts"
import type { Role } from "../admin/tables.ts"
import type { App } from "../app.ts"
import { actorOf } from "../audit/audit.ts"
import { refuse } from "../refusal.ts"
import { isSameSecret } from "../secret.ts"
import type { Wire } from "./context.ts"
import { type Params, params } from "./params.ts"
import { callerOf, tokenOf } from "./session.ts"

export interface ByOperator extends Wire {
  Variables: {
    /** Who acts, as the audit log names them: `token` or `user 7`. */
    actor: string
  }
}

/**
 * Lets only those through who may act for the operator: with the token of the settings, or signed in to an account that
 * has one of these roles. An admin may do everything; who is suspended may do nothing.
 */
export const operator = (app: App, ...allowed: Role[]) =>
  createMiddleware<ByOperator>(async (c, next) => {
    const { actor, user } = await actorFrom(app, allowed, await params(c.req), c.req.header("authorization"))
    const ban = user && banOn(user.bannedUntil, app.now())
    if (ban) refuse(ban)
    c.set("actor", actor)
    return next()
  })

/** The same for a call that only reads what everybody may see: who is suspended for a time can do that. */
export const onlooker = (app: App, ...allowed: Role[]) =>
  createMiddleware<ByOperator>(async (c, next) => {
    const { actor } = await actorFrom(app, allowed, await params(c.req), c.req.header("authorization"))
    c.set("actor", actor)
    return next()
  })

/**
 * Who asks for the operator's sake.
 *
 * @returns how the audit log names them, and their account unless they came with the token of the settings
 * @throws {Refusal} `session.missing` and whatever {@link callerOf} throws; `session.forbidden`
 */
async function actorFrom(
  app: App,
  allowed: Role[],
  given: Params,
  authorization: string | undefined,
): Promise<{ actor: string; user?: User }> {
  const { adminToken } = app.config
  const token = tokenOf(given, authorization)
  if (adminToken !== undefined && typeof token === "string" && isSameSecret(token, adminToken))
    return { actor: "token" }
  const { user } = await callerOf(app, given, authorization)
  const roles = await rolesOf(app.db.read, user.id)
  if (!roles.some((role) => role === "admin" || allowed.includes(role))) refuse("session.forbidden")
  return { actor: actorOf(user.id), user }
}
