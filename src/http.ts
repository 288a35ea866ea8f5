import { Hono } from "hono"
import { matchedRoutes } from "hono/route"
import { accountRoutes } from "./accounts/routes.ts"
import { adminRoutes } from "./admin/routes.ts"
import type { App } from "./app.ts"
import { auditRoutes } from "./audit/routes.ts"
import { bonusRoutes } from "./bonuses/routes.ts"
import { catalogRoutes } from "./catalog/routes.ts"
import { conferenceRoutes, rtcRoutes } from "./conferences/routes.ts"
import { consoleRoutes } from "./console/routes.ts"
import { demoRoutes } from "./demo/routes.ts"
import { fileRoutes, storageRoutes } from "./files/routes.ts"
import { giftRoutes } from "./gifts/routes.ts"
import { letterRoutes } from "./letters/routes.ts"
import { moderationRoutes } from "./moderation/routes.ts"
import { paymentRoutes } from "./payments/routes.ts"
import { playbackRoutes } from "./playback/routes.ts"
import { profileRoutes } from "./profiles/routes.ts"
import { realNameRoutes } from "./real_names/routes.ts"
import { Refusal, refuse } from "./refusal.ts"
import { roomRoutes } from "./rooms/routes.ts"
import { socketRoutes } from "./rooms/socket.ts"
import { socialRoutes } from "./social/routes.ts"
import { streamRoutes } from "./streams/routes.ts"
import { switchRoutes } from "./switches/routes.ts"
import { taskRoutes } from "./tasks/routes.ts"
import { walletRoutes } from "./wallet/routes.ts"
import { addressOf } from "./wire/client_ip.ts"
import { codes } from "./wire/codes.ts"
import type { Wire } from "./wire/context.ts"
import { refused } from "./wire/envelope.ts"
import { healthRoutes } from "./wire/health.ts"
import { measured } from "./wire/measured.ts"
import { methodsOf } from "./wire/methods.ts"
import { metricRoutes } from "./wire/metrics.ts"
import { operatorsCalls } from "./wire/operator.ts"
import { createRateLimiter, guessing, ordinary } from "./wire/rate_limit.ts"
import { withdrawalRoutes } from "./withdrawals/routes.ts"
import { wordRoutes } from "./words/routes.ts"

/** Where a password, a code, a phone number or an identity could be guessed. */
const guessable = [
  "/action/send_code",
  "/action/register",
  "/action/verify_tel",
  "/action/login",
  "/action/modify_pwd",
  "/third_login/*",
  "/user/modify_pwd",
  "/user/auth_real",
  "/console/sign_in",
]

/**
 * The whole server's addresses: what happens to every call, then a line a feature.
 *
 * @throws when one of the operator's calls does not say who may make it
 */
export function createHttp(app: App): Hono<Wire> {
  const http = new Hono<Wire>()
  http.use(measured(app))
  // Ahead of the limits: players ask often, many of them from behind one address.
  http.route("/", streamRoutes(app))
  http.route("/", rtcRoutes(app))
  // A page of rooms is as many pictures, and a picture may come in many pieces.
  http.route("/", storageRoutes(app))
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
  http.route("/", realNameRoutes(app))
  http.route("/", fileRoutes(app))
  http.route("/", profileRoutes(app))
  http.route("/", socialRoutes(app))
  http.route("/", letterRoutes(app))
  http.route("/", roomRoutes(app))
  http.route("/", socketRoutes(app))
  http.route("/", playbackRoutes(app))
  http.route("/", conferenceRoutes(app))
  http.route("/", walletRoutes(app))
  http.route("/", giftRoutes(app))
  http.route("/", withdrawalRoutes(app))
  http.route("/", paymentRoutes(app))
  http.route("/", taskRoutes(app))
  http.route("/", bonusRoutes(app))
  http.route("/", moderationRoutes(app))
  http.route("/", catalogRoutes(app))
  http.route("/", demoRoutes(app))
  http.route("/", wordRoutes(app))
  http.route("/", switchRoutes(app))
  http.route("/", auditRoutes(app))
  http.route("/", adminRoutes(app))
  http.route("/", consoleRoutes(app))
  operatorsCalls(http)

  http.notFound((c) => {
    const methods = methodsOf(http, c.req.path)
    if (methods.length === 0) refuse("server.no_such_path")
    const answer = refused(new Refusal("server.no_such_method"))
    answer.headers.set("Allow", methods.join(", "))
    return answer
  })

  const refusals = app.metrics.counters("mili_http_refusals_total", "Calls refused, by their ErrCode.", "code")
  http.onError((error, c) => {
    if (error instanceof Refusal) {
      refusals(String(codes[error.reason])).add()
      return refused(error)
    }
    // The pattern: some vendors' addresses have a secret in them.
    const path = matchedRoutes(c).at(-1)?.path
    const request = requestId(c.req.header("x-request-id"))
    app.log.error("request failed", { method: c.req.method, path, request, error })
    const answer = refused(new Refusal("server.unexpected"))
    answer.headers.set("X-Request-Id", request)
    return answer
  })
  return http
}

/** The number a proxy gave the call, or one of our own: an answer and its line in the log are found by each other. */
const requestId = (given: string | undefined) => (given && /^[\w.-]{1,64}$/.test(given) ? given : crypto.randomUUID())
