import { Hono } from "hono"
import type { App } from "../app.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { acting, signedIn } from "../wire/session.ts"
import { userObject } from "../wire/user.ts"
import { changeProfile, isFollowedBy, isGaggedBy, profileOf } from "./profile.ts"
import {
  fullHomepage,
  homepage,
  LookInfo,
  LookInfoAll,
  ModifyChar,
  ModifyLocation,
  ModifyNick,
  ModifySex,
  ModifySign,
  SetPush,
} from "./wire.ts"

export const profileRoutes = (app: App) =>
  new Hono<Wire>()
    .get("/look_info", input(LookInfo), async (c) => ok({ user: homepage(await profileOf(app, c.var.input.uid)) }))
    .get("/look_info_all", signedIn(app), input(LookInfoAll), async (c) => {
      const { oid } = c.var.input
      const { id } = c.var.session.user
      const [gagged, followed] = await Promise.all([isGaggedBy(app, id, oid), isFollowedBy(app, id, oid)])
      return ok({ user: fullHomepage(await profileOf(app, oid), { gagged, followed }) })
    })
    .get("/user/refresh_info", signedIn(app), async (c) => {
      const { user, token } = c.var.session
      return ok({ user: await userObject(app, user, token) })
    })
    .post("/user/modify_char", acting(app), input(ModifyChar), async (c) => {
      const { nickname, sex } = c.var.input
      const change = { ...(nickname !== undefined && { nickName: nickname }), ...(sex !== undefined && { sex }) }
      await changeProfile(app, c.var.session.user.id, change, { nickName: "nickname" })
      return ok()
    })
    .post("/user/modify_info_nick", acting(app), input(ModifyNick), async (c) => {
      await changeProfile(app, c.var.session.user.id, { nickName: c.var.input.nick_name })
      return ok()
    })
    .post("/user/modify_info_sex", acting(app), input(ModifySex), async (c) => {
      await changeProfile(app, c.var.session.user.id, { sex: c.var.input.sex })
      return ok()
    })
    .post("/user/modify_info_location", acting(app), input(ModifyLocation), async (c) => {
      await changeProfile(app, c.var.session.user.id, { location: c.var.input.location })
      return ok()
    })
    .post("/user/modify_info_sign", acting(app), input(ModifySign), async (c) => {
      await changeProfile(app, c.var.session.user.id, { signature: c.var.input.sign })
      return ok()
    })
    .post("/user/set_push", acting(app), input(SetPush), async (c) => {
      await changeProfile(app, c.var.session.user.id, { push: c.var.input.push })
      return ok()
    })
