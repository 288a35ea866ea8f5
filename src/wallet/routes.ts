import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { requestKey } from "../wire/request_key.ts"
import { acting, signedIn } from "../wire/session.ts"
import { exchangeForScore, scorePacksOnOffer } from "./exchange.ts"
import { walletOf } from "./wallet.ts"
import { balances, ScoreExchange, scoreRow } from "./wire.ts"

export const walletRoutes = (app: App) =>
  new Hono<Wire>()
    .on(["GET", "POST"], "/action/get/diamond_score", signedIn(app), async (c) =>
      ok(balances(await walletOf(app.db.read, c.var.session.user.id))),
    )
    .get("/score_config", async () => ok({ config: (await scorePacksOnOffer(app.db.read)).map(scoreRow) }))
    .post("/pay/score_exchange", acting(app), input(ScoreExchange), async (c) => {
      const { id } = c.var.session.user
      return ok(await exchangeForScore(app, id, c.var.input.diamond, await requestKey(c, id)))
    })
