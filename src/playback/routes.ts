import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { acting, signedIn } from "../wire/session.ts"
import { frontPage } from "./front_page.ts"
import { assertRoomForAnother, playbacksOf } from "./playback.ts"
import { cancelRecommendation, recommend, recommendationOf } from "./recommendation.ts"
import { removePlayback } from "./removal.ts"
import { DelPlay, frontLists, PlayList, playRow, Recommand, RecommandList, recommendation } from "./wire.ts"

export const playbackRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/recommand_list", input(RecommandList), async (c) => {
      const { index, before, play_index, play_before = before, uid } = c.var.input
      const page = await frontPage(app, { index, before }, { index: play_index, before: play_before }, uid)
      return ok(frontLists(app, page))
    })
    .get("/room/play_list", signedIn(app), input(PlayList), async (c) => {
      const { id } = c.var.session.user
      const [own, ofConferences, chosen] = await Promise.all([
        playbacksOf(app.db.read, id, "live", c.var.input),
        playbacksOf(app.db.read, id, "conference", c.var.input),
        recommendationOf(app.db.read, id),
      ])
      const row = playRow(app)
      return ok({ plist: own.map(row), ...recommendation(chosen), multiple_plist: ofConferences.map(row) })
    })
    .get("/room/check_play_count", signedIn(app), async (c) => {
      await assertRoomForAnother(app, c.var.session.user.id)
      return ok()
    })
    .get("/room/del_play", acting(app), input(DelPlay), async (c) => {
      const { roomid, multiple } = c.var.input
      await removePlayback(app, c.var.session.user.id, roomid, multiple)
      return ok()
    })
    .post("/room/recommand", acting(app), input(Recommand), async (c) => {
      const { rid, multiple } = c.var.input
      await recommend(app, c.var.session.user.id, rid, multiple)
      return ok()
    })
    .post("/room/cancel_recommand", acting(app), async (c) => {
      await cancelRecommendation(app, c.var.session.user.id)
      return ok()
    })
