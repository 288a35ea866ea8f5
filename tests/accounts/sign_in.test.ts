import { expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { bannedForever } from "../../src/accounts/ban.ts"
import { createPasswordHasher, type PasswordHasher } from "../../src/accounts/password.ts"
import { users } from "../../src/accounts/tables.ts"
import { assertVersion } from "../../src/accounts/version.ts"
import { write } from "../../src/db/write.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { nextTel, passwordOf, registers } from "../support/cast.ts"
import { Phone } from "../support/phone.ts"

const second = 1_000
const day = 86_400_000

test("Ana signs in on a second phone; the first is told, and its socket closes", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const roomId = await ana.opensRoom()
  const [inRoom, inLobby] = [await ana.enters(roomId), await ana.enters(0)]
  const tablet = new Phone(app, "Ana's tablet")
  const { user } = await tablet.ok("POST", "/action/login", { account: `+86${ana.tel}`, pwd: passwordOf("Ana") })
  tablet.token = (user as { Token: string }).Token
  for (const socket of [inRoom, inLobby]) {
    expect(await socket.hears({ mtype: 4 })).toMatchObject({ err: 42 })
    expect(await socket.closed).toBe(4042)
  }
  await ana.fails(42, "GET", "/user/refresh_info")
  const again = await ana.enters(roomId)
  expect(await again.hears({ mtype: 4 })).toMatchObject({ err: 42 })
  expect(await again.closed).toBe(4042)
  await tablet.ok("GET", "/user/refresh_info", { uid: ana.uid })
})

test("a token answers for its own account only, as parameter or bearer, and never from a cookie", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  await ana.fails(7, "GET", "/user/refresh_info", { uid: bo.uid })
  await ana.fails(7, "GET", "/user/refresh_info", { token: "0".repeat(32) })
  const address = `${app.url}/user/refresh_info`
  const bearer = await fetch(address, { headers: { authorization: `Bearer ${ana.token}` } })
  expect(await bearer.json()).toMatchObject({ ErrCode: 0, user: { Uid: ana.uid } })
  const cookie = await fetch(address, { headers: { cookie: `token=${ana.token}` } })
  expect(await cookie.json()).toMatchObject({ ErrCode: 32 })
})

test("a session lives thirty days from its last use, and ends by signing out", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  for (let n = 0; n < 3; n++) {
    app.pass(20 * day)
    await ana.ok("GET", "/user/refresh_info")
  }
  app.pass(31 * day)
  await ana.fails(24, "GET", "/user/refresh_info")

  const bo = await registers(app, "Bo")
  const socket = await bo.enters(0)
  await bo.ok("POST", "/action/logout")
  expect(await socket.closed).toBe(4009)
  await bo.fails(9, "GET", "/user/refresh_info")
})

test("an account unknown, a wrong password, a version too old", async () => {
  await using app = await startApp({ FORCED_VERSION: "2.10" })
  const ana = await registers(app, "Ana")
  const pwd = passwordOf("Ana")
  await ana.fails(8, "POST", "/action/login", { account: nextTel(), pwd })
  await ana.fails(3, "POST", "/action/login", { account: ana.tel, pwd: "not this" })
  await ana.fails(56, "POST", "/action/login", { account: ana.tel, pwd, version: "2.9" })
  await ana.ok("POST", "/action/login", { account: ana.tel, pwd, version: "2.10" })
})

test("Mallory's guesses lock the account out for Mallory, not for Ana's own phone", async () => {
  await using app = await startApp({ TRUSTED_PROXIES: "127.0.0.1" })
  const ana = await registers(app, "Ana")
  const from = (ip: string, pwd: string) =>
    fetch(`${app.url}/action/login`, {
      method: "POST",
      headers: { "x-forwarded-for": ip },
      body: new URLSearchParams({ account: ana.tel, pwd }),
    })
  const told = async (response: Response) => ({
    ...((await response.json()) as { ErrCode: number }),
    wait: response.headers.get("retry-after"),
  })
  expect(await told(await from("10.0.0.1", passwordOf("Ana")))).toMatchObject({ ErrCode: 0 })

  for (let n = 0; n < 5; n++)
    expect(await told(await from("10.6.6.6", "guess"))).toMatchObject({ ErrCode: 3, wait: null })
  expect(await told(await from("10.6.6.6", passwordOf("Ana")))).toMatchObject({ ErrCode: 3, wait: "30" })
  app.pass(31 * second)
  expect(await told(await from("10.6.6.6", passwordOf("Ana")))).toMatchObject({ ErrCode: 0 })

  for (let n = 0; n < 20; n++) await from(`10.7.0.${n}`, "guess")
  expect(await told(await from("10.7.1.1", passwordOf("Ana")))).toMatchObject({ ErrCode: 3, wait: "30" })
  expect(await told(await from("10.0.0.1", passwordOf("Ana")))).toMatchObject({ ErrCode: 0 })
})

test("forgetting old failures lifts no lock that still runs", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const guess = () => ana.fetch("POST", "/action/login", { account: ana.tel, pwd: "guess" })
  for (let n = 0; n < 4; n++) await guess()
  app.pass(3_590 * second)
  for (let n = 0; n < 2; n++) await guess()
  app.pass(15 * second)
  await app.running.jobs.runNow("accounts.forget_attempts")
  expect((await guess()).headers.get("retry-after")).not.toBeNull()
})

test("guesses made all at once count like guesses made in turn", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const guesses = Array.from({ length: 30 }, (_, n) =>
    ana.fetch("POST", "/action/login", { account: ana.tel, pwd: `guess ${n}` }),
  )
  const answers = await Promise.all(guesses)
  expect(answers.filter(({ headers }) => headers.get("retry-after") === null)).toHaveLength(5)
})

test("changing the password keeps this session; resetting it by code ends all", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  await ana.fails(3, "POST", "/user/modify_pwd", { oldpwd: "not this", newpwd: "new-secret" })
  await ana.ok("POST", "/user/modify_pwd", { oldpwd: passwordOf("Ana"), newpwd: "new-secret" })
  await ana.ok("GET", "/user/refresh_info")

  await ana.fails(16, "POST", "/action/modify_pwd", { account: nextTel(), pwd: "newest", code: "123456" })
  await ana.ok("POST", "/action/send_code", { tel: ana.tel, purpose: "reset" })
  const code = app.sms.sent.at(-1)?.code
  await ana.ok("POST", "/action/modify_pwd", { account: ana.tel, pwd: "newest-secret", code })
  await ana.fails(9, "GET", "/user/refresh_info")
  await ana.fails(3, "POST", "/action/login", { account: ana.tel, pwd: "new-secret" })
  await ana.ok("POST", "/action/login", { account: ana.tel, pwd: "newest-secret" })
})

test("a thief who is still being checked when Ana resets her password gets neither in nor his own way", async () => {
  const hasher = createPasswordHasher({ memoryCost: 8, timeCost: 1 })
  const held: (() => void)[] = []
  let hold = false
  const passwords: PasswordHasher = {
    hash: hasher.hash,
    async verify(password, hash) {
      if (hold) await new Promise<void>((resolve) => held.push(resolve))
      return hasher.verify(password, hash)
    },
  }
  await using app = await startApp({}, { passwords })
  const ana = await registers(app, "Ana")
  const thief = new Phone(app, "Thief")
  const { user } = await thief.ok("POST", "/action/login", { account: ana.tel, pwd: passwordOf("Ana") })
  thief.token = (user as { Token: string }).Token
  await ana.ok("POST", "/action/send_code", { tel: ana.tel, purpose: "reset" })
  const code = app.sms.sent.at(-1)?.code

  hold = true
  const entering = new Phone(app, "Thief again").call("POST", "/action/login", {
    account: ana.tel,
    pwd: passwordOf("Ana"),
  })
  const changing = thief.call("POST", "/user/modify_pwd", { oldpwd: passwordOf("Ana"), newpwd: "thief's own" })
  while (held.length < 2) await new Promise(setImmediate)
  await ana.ok("POST", "/action/modify_pwd", { account: ana.tel, pwd: "newest-secret", code })
  for (const release of held) release()
  expect([(await entering).ErrCode, (await changing).ErrCode]).toEqual([3, 3])
  hold = false
  await ana.fails(3, "POST", "/action/login", { account: ana.tel, pwd: "thief's own" })
  await ana.ok("POST", "/action/login", { account: ana.tel, pwd: "newest-secret" })
})

test("an address that many share is never shut for those who sign in from it", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const signIn = () => ana.fetch("POST", "/action/login", { account: ana.tel, pwd: passwordOf("Ana") })
  await signIn()
  for (let n = 0; n < 110; n++)
    await new Phone(app, "Stranger").call("POST", "/action/login", { account: nextTel(), pwd: "x" })
  expect(await (await signIn()).json()).toMatchObject({ ErrCode: 0 })
  const newcomer = await registers(app, "Bo")
  const locked = await newcomer.fetch("POST", "/action/login", { account: newcomer.tel, pwd: passwordOf("Bo") })
  expect(locked.headers.get("retry-after")).not.toBeNull()
  app.pass(3_601 * second)
  expect(
    await (await newcomer.fetch("POST", "/action/login", { account: newcomer.tel, pwd: passwordOf("Bo") })).json(),
  ).toMatchObject({ ErrCode: 0 })
})

test("versions are compared number by number", () => {
  const asks = (version: string, forcedVersion: string) => () =>
    assertVersion({ config: { forcedVersion } as never }, version)
  for (const [version, forced] of [
    ["2.9", "2.10"],
    ["v2.0", "2.1"],
    ["1", "1.0.1"],
  ]) {
    expect(asks(String(version), String(forced))).toThrow("too old")
  }
  for (const [version, forced] of [
    ["2.1", "2.1.0"],
    ["2", "2.0"],
    ["2.10", "2.9"],
  ]) {
    expect(asks(String(version), String(forced))).not.toThrow()
  }
})

test("suspended for a time Ana may look but not act; closed for good she may do nothing", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const bo = await registers(app, "Bo")
  await suspend(app, ana, Date.now() + 3_600 * second)
  await ana.fails(59, "POST", "/user/modify_info_sex", { sex: 1 })
  await ana.ok("GET", "/user/refresh_info")
  await bo.fails(53, "GET", "/look_info", { uid: ana.uid })
  app.pass(3_601 * second)
  await ana.ok("POST", "/user/modify_info_sex", { sex: 1 })
  await suspend(app, ana, bannedForever)
  await ana.fails(60, "GET", "/user/refresh_info")
  await ana.fails(60, "POST", "/action/login", { account: ana.tel, pwd: passwordOf("Ana") })
})

const suspend = (app: TestApp, phone: Phone, bannedUntil: number) =>
  write(app.running.app, (tx) =>
    tx.update(users).set({ bannedUntil }).where(eq(users.id, phone.uid)).returning({ id: users.id }),
  )
