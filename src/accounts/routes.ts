import { Hono } from "hono"
import type { App } from "../app.ts"
import { addressOf } from "../wire/client_ip.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { assertOneFilter } from "../wire/one_filter.ts"
import { operator } from "../wire/operator.ts"
import { acting, signedIn } from "../wire/session.ts"
import { userObject } from "../wire/user.ts"
import { assertPhoneFree, changePassword, register, resetPassword, signIn } from "./account.ts"
import { sendCode } from "./code.ts"
import { type SignedIn, signInBy, signInByWord } from "./identity.ts"
import { newestUsers, usersByAccount, usersByNickName } from "./search.ts"
import { signOut } from "./session.ts"
import { assertVersion } from "./version.ts"
import {
  ChangePassword,
  claimOf,
  FacebookLogin,
  Login,
  QqLogin,
  Register,
  ResetPassword,
  SendCode,
  SinaLogin,
  TwitterLogin,
  Users,
  userRow,
  VerifyTel,
  WeixinLogin,
} from "./wire.ts"

/** Both ways, as the contract has it for vendors whose call carries no token. */
const either = ["GET", "POST"]

export const accountRoutes = (app: App) =>
  new Hono<Wire>()
    .post("/action/send_code", input(SendCode), async (c) => {
      const { tel, purpose } = c.var.input
      await sendCode(app, tel, purpose, addressOf(app.config, c))
      return ok()
    })
    .post("/action/verify_tel", input(VerifyTel), async (c) => {
      await assertPhoneFree(app, c.var.input.tel)
      return ok()
    })
    .post("/action/register", input(Register), async (c) => {
      const { account, pwd, code, type, channel_id } = c.var.input
      const made = await register(app, { account, password: pwd, code, platform: type, channelId: channel_id })
      return ok({ token: made.token, nick_name: made.nickName, uid: made.userId })
    })
    .post("/action/login", input(Login), async (c) => {
      const { account, pwd, version } = c.var.input
      assertVersion(app, version)
      const { user, token } = await signIn(app, { account, password: pwd, ip: addressOf(app.config, c) })
      return ok({ user: await userObject(app, user, token) })
    })
    .post("/third_login/weixin_login", input(WeixinLogin), async (c) => {
      const { access_token, refresh_token, openid, channel_id, version } = c.var.input
      assertVersion(app, version)
      const proof = { openId: openid, accessToken: access_token, refreshToken: refresh_token }
      return welcome(app, await signInBy(app, "weixin", proof, { channelId: channel_id }))
    })
    .post("/third_login/qq_login", input(QqLogin), async (c) => {
      const { access_token, openid, channel_id, version } = c.var.input
      assertVersion(app, version)
      const proof = { openId: openid, accessToken: access_token }
      return welcome(app, await signInBy(app, "qq", proof, { channelId: channel_id }))
    })
    .post("/third_login/sina_login", input(SinaLogin), async (c) => {
      const { access_token, uid, channel_id, version } = c.var.input
      assertVersion(app, version)
      const proof = { openId: uid, accessToken: access_token }
      return welcome(app, await signInBy(app, "sina", proof, { channelId: channel_id }))
    })
    .on(either, "/third_login/facebook_login", input(FacebookLogin), async (c) => {
      const { openid, access_token, version } = c.var.input
      assertVersion(app, version)
      const claim = claimOf(c.var.input)
      if (access_token === undefined) return welcome(app, await signInByWord(app, "facebook", claim))
      const proof = { openId: openid, accessToken: access_token }
      return welcome(app, await signInBy(app, "facebook", proof, claim))
    })
    .on(either, "/third_login/twitter_login", input(TwitterLogin), async (c) => {
      const { openid, access_token, access_token_secret, version } = c.var.input
      assertVersion(app, version)
      const claim = claimOf(c.var.input)
      if (access_token === undefined) return welcome(app, await signInByWord(app, "twitter", claim))
      const proof = { openId: openid, accessToken: access_token, tokenSecret: access_token_secret ?? "" }
      return welcome(app, await signInBy(app, "twitter", proof, claim))
    })
    .post("/action/logout", signedIn(app), async (c) => {
      await signOut(app, c.var.session.user.id)
      return ok()
    })
    .post("/action/modify_pwd", input(ResetPassword), async (c) => {
      const { account, pwd, code, type } = c.var.input
      await resetPassword(app, { account, password: pwd, code, platform: type, ip: addressOf(app.config, c) })
      return ok()
    })
    .post("/user/modify_pwd", acting(app), input(ChangePassword), async (c) => {
      const { oldpwd, newpwd } = c.var.input
      const { session } = c.var
      await changePassword(app, { session, oldPassword: oldpwd, newPassword: newpwd, ip: addressOf(app.config, c) })
      return ok()
    })
    .get("/admin/users", operator(app, "users.see"), input(Users), async (c) => {
      const { account, nick_name, ...page } = c.var.input
      assertOneFilter({ account, nick_name })
      const found =
        account !== undefined
          ? await usersByAccount(app.db.read, account, page)
          : nick_name !== undefined
            ? await usersByNickName(app.db.read, nick_name, page)
            : await newestUsers(app.db.read, page)
      return ok({ users: found.map(userRow(app)) })
    })

const welcome = async (app: App, { user, token }: SignedIn) => ok({ user: await userObject(app, user, token) })
