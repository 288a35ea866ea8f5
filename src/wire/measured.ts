import { createMiddleware } from "hono/factory"
import { matchedRoutes } from "hono/route"
import type { App } from "../app.ts"
import { durations } from "../metrics.ts"
import type { Wire } from "./context.ts"

/** The pattern of what stands before every call, which is all that an unknown address has. */
const everywhere = "/*"

/** Measures how long each call takes, by the pattern of its address: `GET /channel/:id/ws`. */
export function measured({ metrics, log, config }: App) {
  const time = metrics.histograms("mili_http_request_duration_seconds", "How long calls took.", "route", durations)
  return createMiddleware<Wire>(async (c, next) => {
    const begun = performance.now()
    try {
      await next()
    } finally {
      const taken = performance.now() - begun
      const path = matchedRoutes(c).at(-1)?.path ?? everywhere
      const route = path === everywhere ? "none" : `${c.req.method} ${path}`
      time(route).observe(taken / 1_000)
      if (taken > config.slowMs) log.warn("slow request", { route, ms: Math.round(taken) })
    }
  })
}
