import { Hono } from "hono"
import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"
import { addressOf } from "../wire/client_ip.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { assertOneFilter } from "../wire/one_filter.ts"
import { operator } from "../wire/operator.ts"
import { createRateLimiter, type RateLimit } from "../wire/rate_limit.ts"
import { acting, perhapsActing, signedIn } from "../wire/session.ts"
import { block, unblock } from "./block.ts"
import { blockedBy } from "./blocked.ts"
import { follow, unfollow } from "./follow.ts"
import { fansOf, followedBy, followedPerson } from "./list.ts"
import { report } from "./report.ts"
import { reportsIn, settleReport } from "./settlement.ts"
import {
  AddBlack,
  BlackList,
  blackRow,
  CancelFocus,
  DelBlack,
  FansList,
  FocusList,
  FocusOther,
  fanRow,
  focusRow,
  Report,
  Reports,
  reportOutcome,
  reportRow,
  SearchFocus,
  Settle,
} from "./wire.ts"

/**
 * What one person, or one address without a token, may report: a handful at once, and one every half minute in the long
 * run.
 */
const reporting: RateLimit = { perSecond: 1 / 30, burst: 10 }

export const socialRoutes = (app: App) => {
  const limitReports = app.config.rateLimits === "on" ? createRateLimiter(reporting) : () => {}
  return new Hono<Wire>()
    .post("/focus/focus_other", acting(app), input(FocusOther), async (c) => {
      await follow(app, c.var.session.user.id, c.var.input.oid)
      return ok()
    })
    .post("/focus/cancel_focus", acting(app), input(CancelFocus), async (c) => {
      await unfollow(app, c.var.session.user.id, c.var.input.oid)
      return ok()
    })
    .get("/focus/focus_list", signedIn(app), input(FocusList), async (c) => {
      const rows = await followedBy(app.db.read, c.var.session.user.id, c.var.input)
      return ok({ focus: rows.map(focusRow(app)) })
    })
    .get("/focus/search_focus", signedIn(app), input(SearchFocus), async (c) => {
      const found = await followedPerson(app.db.read, c.var.session.user.id, c.var.input.oid)
      return ok({ focus: [focusRow(app)(found)] })
    })
    .get("/focus/fans_list", signedIn(app), input(FansList), async (c) => {
      const { user } = c.var.session
      const rows = await fansOf(app.db.read, user.id, c.var.input)
      return ok({ count: user.fans, fans: rows.map(fanRow) })
    })
    .post("/black/add_black", acting(app), input(AddBlack), async (c) => {
      await block(app, c.var.session.user.id, c.var.input.blackid)
      return ok()
    })
    .post("/black/del_black", acting(app), input(DelBlack), async (c) => {
      await unblock(app, c.var.session.user.id, c.var.input.blackid)
      return ok()
    })
    .get("/black/black_list", signedIn(app), input(BlackList), async (c) => {
      const rows = await blockedBy(app.db.read, c.var.session.user.id, c.var.input)
      return ok({ black: rows.map(blackRow) })
    })
    .post("/report", input(Report), perhapsActing(app), async (c) => {
      const { uid, oid, desc } = c.var.input
      const caller = c.var.session?.user.id
      const reporterId = caller ?? uid
      if (reporterId === undefined) refuse("input.invalid", { message: 'The parameter "uid" is missing.' })
      const ip = addressOf(app.config, c)
      limitReports(caller === undefined ? ip : `user ${caller}`)
      await report(app, { reporterId, verified: caller !== undefined, reportedId: oid, text: desc, ip })
      return ok()
    })
    .get("/admin/reports", operator(app, "reports.settle"), input(Reports), async (c) => {
      const { oid, state, ...page } = c.var.input
      assertOneFilter({ oid, state })
      const which = oid === undefined ? (state ?? "open") : { about: oid }
      return ok({ reports: (await reportsIn(app, which, page)).map(reportRow(app)) })
    })
    .post("/admin/reports/settle", operator(app, "reports.settle"), input(Settle), async (c) => {
      const { id, outcome } = c.var.input
      return ok(reportOutcome(app)(await settleReport(app, c.var.actor, id, outcome)))
    })
}
