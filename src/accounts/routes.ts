import { Hono } from "hono"
import type { App } from "../app.ts"
import { addressOf } from "../wire/client_ip.ts"
import type { Wire } from "../wire/context.ts"
import { ok } from "../wire/envelope.ts"
import { input } from "../wire/input.ts"
import { acting, signedIn } from "../wire/session.ts"
import { userObject } from "../wire/user.ts"
import { assertPhoneFree, changePassword, register, resetPassword, signIn } from "./account.ts"
import { sendCode } from "./code.ts"
import { signOut } from "./session.ts"
import { assertVersion } from "./version.ts"
import { ChangePassword, Login, Register, ResetPassword, SendCode, VerifyTel } from "./wire.ts"

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
      const { account, pwd, code, channel_id } = c.var.input
      const made = await register(app, { account, password: pwd, code, channelId: channel_id })
      return ok({ token: made.token, nick_name: made.nickName, uid: made.userId })
    })
    .post("/action/login", input(Login), async (c) => {
      const { account, pwd, version } = c.var.input
      assertVersion(app, version)
      const { user, token } = await signIn(app, { account, password: pwd, ip: addressOf(app.config, c) })
      return ok({ user: await userObject(app, user, token) })
    })
    .post("/action/logout", signedIn(app), async (c) => {
      await signOut(app, c.var.session.user.id)
      return ok()
    })
    .post("/action/modify_pwd", input(ResetPassword), async (c) => {
      const { account, pwd, code } = c.var.input
      await resetPassword(app, { account, password: pwd, code, ip: addressOf(app.config, c) })
      return ok()
    })
    .post("/user/modify_pwd", acting(app), input(ChangePassword), async (c) => {
      const { oldpwd, newpwd } = c.var.input
      const { session } = c.var
      await changePassword(app, { session, oldPassword: oldpwd, newPassword: newpwd, ip: addressOf(app.config, c) })
      return ok()
    })
