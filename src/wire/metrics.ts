import { type Context, Hono } from "hono"
import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"
import { isSameSecret } from "../secret.ts"
import type { Wire } from "./context.ts"

/** What proxies say of the caller they speak for. */
const proxyHeaders = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"]

/**
 * For Prometheus: with the operator's token as a bearer, or straight from this machine. To anybody else there is no such
 * address. A proxy on this machine that adds no header of its own must not pass it on.
 */
export const metricRoutes = (app: App) =>
  new Hono<Wire>().get("/metrics", async (c) => {
    if (!isNeighbour(c) && !hasToken(app, c)) refuse("server.no_such_path")
    return c.text(await app.metrics.text(), 200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" })
  })

function isNeighbour(c: Context<Wire>): boolean {
  const address = c.env.server.requestIP(c.req.raw)?.address ?? ""
  const isLoopback = address === "::1" || /^(::ffff:)?127\./i.test(address)
  return isLoopback && proxyHeaders.every((name) => c.req.header(name) === undefined)
}

function hasToken({ config }: App, c: Context<Wire>): boolean {
  const given = /^Bearer\s+(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1]
  return config.adminToken !== undefined && given !== undefined && isSameSecret(given, config.adminToken)
}
