import { z } from "zod"
import { rolesOf } from "../admin/role.ts"
import { type OperatorSession, sessionMax } from "../admin/session.ts"
import type { App } from "../app.ts"
import { everyRight, rightsOf } from "../rights.ts"
import { operatorsAccount } from "../wire/console.ts"
import { opaque, text } from "../wire/fields.ts"

/** An account and its password, or the token of the settings. */
export const SignIn = z.object({
  account: text(1, 64).optional(),
  pwd: opaque(1, 256).optional(),
  admin_token: opaque(1, 1_000).optional(),
})

/** Who is at the console, what they may do, and what their page has to bring with every call; `ends` in unix seconds. */
export async function sessionObject(app: App, session: OperatorSession) {
  const { userId, pageToken, startedAt } = session
  const user = userId === 0 ? undefined : await operatorsAccount(app, session)
  const roles = user ? await rolesOf(app.db.read, userId) : []
  return {
    uid: userId,
    nick_name: user?.nickName ?? "",
    image: user?.image ?? "",
    roles,
    rights: user ? rightsOf(roles) : everyRight,
    page_token: pageToken,
    ends: Math.floor((startedAt + sessionMax.whole) / 1_000),
  }
}
