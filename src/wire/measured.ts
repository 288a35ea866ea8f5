import { createMiddleware } from "hono/factory"
import { matchedRoutes } from "hono/route"
import type { App } from "../app.ts"
import { durations } from "../metrics.ts"
import type { Wire } from "./context.ts"

/** Measures how long each call takes, by the pattern of its address: `GET /channel/:id/ws`. */
export function measured({ metrics, log, config }: App) {
  const time = metrics.histograms("mili_http_request_duration_seconds", "How long calls took.", "route", durations)
  return createMiddleware<Wire>(async (c, next) => {
    const begun = performance.now()
    try {
      await next()
    } finally {
      const taken = performance.now() - begun
      const found = matchedRoutes(c).at(-1)
      // The method that the address takes: callers could fill the metrics with others.
      const route = !found || found.method === "ALL" ? "none" : `${found.method} ${found.path}`
      time(route).observe(taken / 1_000)
      if (taken > config.slowMs) log.warn("slow request", { route, ms: Math.round(taken) })
    }
  })
}
