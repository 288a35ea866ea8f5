import { admit, type SignIn } from "../accounts/account.ts"
import { banOn } from "../accounts/ban.ts"
import { countAttempt } from "../accounts/lockout.ts"
import { userById } from "../accounts/user.ts"
import { rolesOf } from "../admin/role.ts"
import type { App } from "../app.ts"
import { actorOf, audit } from "../audit/audit.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { isSameSecret } from "../secret.ts"

const target = "console"

/**
 * Begins an operator's session at the console; on their phones the account stays signed in.
 *
 * @returns the cookie
 * @throws {Refusal} whatever {@link admit} throws; `account.banned`; `session.forbidden` for an account without a role
 */
export async function signInByPassword(app: App, given: SignIn): Promise<string> {
  const admitted = await admit(app, given, async (tx, _after, admitted) => {
    const { id, bannedUntil } = await userById(tx, admitted.userId)
    const ban = banOn(bannedUntil, app.now())
    if (ban) refuse(ban)
    if ((await rolesOf(tx, id)).length === 0) {
      refuse("session.forbidden", { message: "This account has no role here; see mili admin grant." })
    }
    await audit(app, tx, { actor: actorOf(id), act: "console.sign_in", target, detail: {} })
    return admitted
  })
  return app.operatorSessions.open(admitted)
}

/**
 * The same with the token of the settings; a wrong one counts against the address like a wrong password.
 *
 * @throws {Refusal} `session.unknown`, `account.wrong_password` while the address is locked
 */
export async function signInByToken(app: App, token: string, ip: string): Promise<string> {
  const { adminToken } = app.config
  if (adminToken === undefined || !isSameSecret(token, adminToken)) {
    await countAttempt(app, undefined, ip)
    refuse("session.unknown")
  }
  await write(app, (tx) => audit(app, tx, { actor: "token", act: "console.sign_in", target, detail: {} }))
  return app.operatorSessions.open({ userId: 0, passwordHash: "" })
}
