import type { Context, Hono, MiddlewareHandler } from "hono"
import { createMiddleware } from "hono/factory"
import { banOn } from "../accounts/ban.ts"
import type { User } from "../accounts/user.ts"
import { rolesOf } from "../admin/role.ts"
import type { App } from "../app.ts"
import { actorOf } from "../audit/audit.ts"
import { refuse } from "../refusal.ts"
import { mayDo, type Right } from "../rights.ts"
import { isSameSecret } from "../secret.ts"
import { operatorsAccount, sessionOfPage } from "./console.ts"
import type { Wire } from "./context.ts"
import { params } from "./params.ts"
import { callerOf, tokenOf } from "./session.ts"

export interface ByOperator extends Wire {
  Variables: {
    /** Who acts, as the audit log names them: `token` or `user 7`. */
    actor: string
    /** The account that acts; 0 for the token of the settings, which is nobody's. */
    operatorId: number
  }
}

/** What a call asks of its caller: a right of the operator's, or nothing. */
export type Rule = Right | "public"

const ruleOf = new WeakMap<object, Rule>()

function ruled<H extends MiddlewareHandler>(rule: Rule, handler: H): H {
  ruleOf.set(handler, rule)
  return handler
}

/**
 * Lets only those through who have this right: with the token of the settings, or signed in to an account that has a role
 * with it, as an app or at the console. Who is suspended may do nothing.
 */
export const operator = (app: App, right: Right) =>
  ruled(
    right,
    createMiddleware<ByOperator>(async (c, next) => {
      const { bannedUntil } = await operatorFrom(app, right, c)
      const ban = banOn(bannedUntil, app.now())
      if (ban) refuse(ban)
      return next()
    }),
  )

/** The same for a call that only reads what everybody may see: who is suspended for a time can do that. */
export const onlooker = (app: App, right: Right) =>
  ruled(
    right,
    createMiddleware<ByOperator>(async (c, next) => {
      await operatorFrom(app, right, c)
      return next()
    }),
  )

/** Says of a call among the operator's that everybody may make it. */
export const everybody = () => ruled("public", (_, next) => next())

/**
 * Finds out who asks for the operator's sake, and puts it into the context. A cookie alone proves nothing: a page of somebody
 * else's could have sent it.
 *
 * @throws {Refusal} `session.missing` and whatever {@link callerOf} throws; `session.forbidden`
 */
async function operatorFrom(app: App, right: Right, c: Context<ByOperator>): Promise<{ bannedUntil: number }> {
  const caller = await whoCalls(app, c)
  if (caller === "token") {
    c.set("actor", "token")
    c.set("operatorId", 0)
    return { bannedUntil: 0 }
  }
  if (!mayDo(await rolesOf(app.db.read, caller.id), right)) refuse("session.forbidden")
  c.set("actor", actorOf(caller.id))
  c.set("operatorId", caller.id)
  return caller
}

/** A token counts before a session at the console. */
async function whoCalls(app: App, c: Context<ByOperator>): Promise<User | "token"> {
  const given = await params(c.req)
  const authorization = c.req.header("authorization")
  const { adminToken } = app.config
  const token = tokenOf(given, authorization)
  if (adminToken !== undefined && typeof token === "string" && isSameSecret(token, adminToken)) return "token"
  const session = token === undefined ? await sessionOfPage(app, c) : undefined
  if (session) return session.userId === 0 ? "token" : operatorsAccount(app, session)
  return (await callerOf(app, given, authorization)).user
}

export interface OperatorsCall {
  method: string
  path: string
  rule: Rule
}

/** Where the operator's calls live. */
const place = "/admin/"

/**
 * The operator's calls, and what each asks of its caller before it does anything else.
 *
 * @throws when one of them asks nothing and does not say so, or when a call elsewhere asks for a right
 */
export function operatorsCalls(http: Pick<Hono<Wire>, "routes">): OperatorsCall[] {
  const first = new Map<string, OperatorsCall>()
  for (const { method, path, handler } of http.routes) {
    const rule = ruleOf.get(handler)
    const isOperators = path.startsWith(place)
    if (rule !== undefined && !isOperators) throw new Error(`${method} ${path} asks for a right outside of ${place}.`)
    const name = `${method} ${path}`
    if (!isOperators || first.has(name)) continue
    if (rule === undefined) throw new Error(`${name} does not say who may call it; see wire/operator.ts.`)
    first.set(name, { method, path, rule })
  }
  return [...first.values()]
}
