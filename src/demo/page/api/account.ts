import type { UserObject } from "./answers.ts"
import { call } from "./call.ts"
import { account, amendAccount, endSession, farewell } from "./session.ts"

/** @throws {Refused} */
export async function signIn(name: string, password: string): Promise<void> {
  const { user } = await call<{ user: UserObject }>("POST", "/action/login", { account: name, pwd: password })
  farewell.set(undefined)
  account.set(accountOf(user, user.Token))
}

/** Registers and signs in. @param code what was sent to the phone, where the account is one @throws {Refused} */
export async function register(name: string, password: string, code: string | undefined): Promise<void> {
  const made = await call<{ token: string; uid: number; nick_name: string }>("POST", "/action/register", {
    account: name,
    pwd: password,
    code,
  })
  farewell.set(undefined)
  account.set({ token: made.token, uid: Number(made.uid), nickName: made.nick_name, image: "", diamonds: 0 })
}

/** @throws {Refused} */
export async function sendCode(tel: string): Promise<void> {
  await call("POST", "/action/send_code", { tel, purpose: "register" })
}

/** @throws {Refused} */
export async function rename(nickName: string): Promise<void> {
  await call("POST", "/user/modify_info_nick", { nick_name: nickName })
  const mine = account.value
  if (mine) amendAccount(mine.token, { nickName })
}

/** Asks anew who is signed in, and what they have. @throws {Refused} */
export async function refreshAccount(): Promise<void> {
  const asked = account.value
  if (!asked) return
  const { user } = await call<{ user: UserObject }>("GET", "/user/refresh_info")
  amendAccount(asked.token, accountOf(user, asked.token))
}

/** Signs out here whatever the server says. */
export async function signOut(): Promise<void> {
  const mine = account.value
  if (!mine) return
  await call("POST", "/action/logout").catch(() => {})
  endSession(mine.token, undefined)
}

const accountOf = (user: UserObject, token: string) => ({
  token,
  uid: user.Uid,
  nickName: user.NickName,
  image: user.Image,
  diamonds: user.Diamond,
})
