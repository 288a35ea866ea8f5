import { Hono } from "hono"
import { accountRoutes } from "./accounts/routes.ts"
import type { App } from "./app.ts"
import { giftRoutes } from "./gifts/routes.ts"
import { paymentRoutes } from "./payments/routes.ts"
import { profileRoutes } from "./profiles/routes.ts"
import { Refusal, refuse } from "./refusal.ts"
import { roomRoutes } from "./rooms/routes.ts"
import { socketRoutes } from "./rooms/socket.ts"
import { walletRoutes } from "./wallet/routes.ts"
import { addressOf } from "./wire/client_ip.ts"
import type { Wire } from "./wire/context.ts"
import { refused } from "./wire/envelope.ts"
import { healthRoutes } from "./wire/health.ts"
import { methodsOf } from "./wire/methods.ts"
import { metricRoutes } from "./wire/metrics.ts"
import { createRateLimiter, guessing, ordinary } from "./wire/rate_limit.ts"
import { withdrawalRoutes } from "./withdrawals/routes.ts"

/** Where a password, a code or a phone number could be guessed. */
const guessable = [
  "/action/send_code",
  "/action/register",
  "/action/verify_tel",
  "/action/login",
  "/action/modify_pwd",
  "/user/modify_pwd",
]

/** The whole server's addresses: what happens to every call, then a line a feature. */
export function createHttp(app: App): Hono<Wire> {
  const http = new Hono<Wire>()
  if (app.config.rateLimits === "on") {
    const limit = createRateLimiter(ordinary)
    const limitGuesses = createRateLimiter(guessing)
    http.use(async (c, next) => {
      limit(addressOf(app.config, c))
      return next()
    })
    http.on("ALL", guessable, async (c, next) => {
      limitGuesses(addressOf(app.config, c))
      return next()
    })
  }

  http.route("/", healthRoutes(app))
  http.route("/", metricRoutes(app))
  http.route("/", accountRoutes(app))
  http.route("/", profileRoutes(app))
  http.route("/", roomRoutes(app))
  http.route("/", socketRoutes(app))
  http.route("/", walletRoutes(app))
  http.route("/", giftRoutes(app))
  http.route("/", withdrawalRoutes(app))
  http.route("/", paymentRoutes(app))

  http.notFound((c) => {
    const methods = methodsOf(http, c.req.path)
    if (methods.length === 0) refuse("server.no_such_path")
    const answer = refused(new Refusal("server.no_such_method"))
    answer.headers.set("Allow", methods.join(", "))
    return answer
  })

  http.onError((error, c) => {
    if (error instanceof Refusal) return refused(error)
    app.log.error("request failed", { method: c.req.method, path: c.req.path, error })
    return refused(new Refusal("server.unexpected"))
  })
  return http
}
