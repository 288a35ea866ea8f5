import { Hono } from "hono"
import type { App } from "../app.ts"
import { Refusal } from "../refusal.ts"
import { codes } from "../wire/codes.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { requestKey } from "../wire/request_key.ts"
import { acting, signedIn } from "../wire/session.ts"
import { markDay } from "./daily_mark.ts"
import { onlineDay, takeOnlineReward } from "./online.ts"
import { runOf, takeSignInBonus } from "./sign_in.ts"
import { onlineObject, runObject } from "./wire.ts"

const either = ["GET", "POST"]

export const bonusRoutes = (app: App) =>
  new Hono<Wire>()
    .on(either, "/action/daily_record", acting(app), async (c) => {
      await markDay(app, c.var.session.user.id)
      return ok()
    })
    .on(either, "/action/login/bonus/list", signedIn(app), async (c) =>
      ok(runObject(await runOf(app, app.db.read, c.var.session.user.id))),
    )
    .on(either, "/action/login/bonus/get", acting(app), async (c) => {
      const { id } = c.var.session.user
      const request = await requestKey(c, id)
      const status = await outcomeOf(app, takeSignInBonus(app, id, request))
      return ok({ status, ...runObject(await runOf(app, app.db.read, id)) })
    })
    .get("/daily/online_time", signedIn(app), async (c) =>
      ok(onlineObject(await onlineDay(app, c.var.session.user.id), app.now())),
    )
    .post("/daily/online_reward", acting(app), async (c) => {
      const { id } = c.var.session.user
      await takeOnlineReward(app, id, await requestKey(c, id))
      return ok()
    })

/** The apps look for what became of a sign-in in `status`, beside an `ErrCode` of 0, also when something went wrong here. */
async function outcomeOf(app: App, taking: Promise<unknown>): Promise<number> {
  try {
    await taking
    return 0
  } catch (error) {
    if (!(error instanceof Refusal)) {
      app.log.error("sign-in bonus", { error })
      return codes["server.unexpected"]
    }
    if (error.reason === "bonus.taken" || error.reason === "bonus.none") return codes[error.reason]
    throw error
  }
}
