import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test"
import { revoke } from "../../src/admin/role.ts"
import { actsIn } from "../admin/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { passwordOf, registers } from "../support/cast.ts"
import { anOperator, operatorToken } from "../withdrawals/desk.ts"
import { type AtConsole, codeWith, comesAs, entersConsole } from "./operator.ts"

setDefaultTimeout(30_000)

const minute = 60_000
const hour = 60 * minute

let app: TestApp

beforeAll(async () => {
  app = await startApp({ ADMIN_TOKEN: operatorToken })
})

afterAll(() => app[Symbol.asyncDispose]())

/** What the session's own list of rooms answers. */
const looks = ({ cookie, pageToken }: AtConsole, more: Record<string, string> = {}) =>
  codeWith(app, "GET", "/admin/rooms", { Cookie: cookie, "X-Console-Token": pageToken, ...more })

const signIn = (values: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${app.url}/console/sign_in`, { method: "POST", headers, body: new URLSearchParams(values) })

const answerOf = async (response: Response) => (await response.json()) as { ErrCode: number; ErrMsg?: string }

test("an operator comes in by password; their phone stays signed in, and the log says it", async () => {
  const mo = await anOperator(app, "Mo", "moderator")
  const answer = await signIn({ account: mo.tel, pwd: passwordOf("Mo") })
  const cookie = answer.headers.get("set-cookie") ?? ""
  expect(cookie).toMatch(/^mili_console=[0-9a-f]{64}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/)
  expect(await answerOf(answer)).toEqual({ ErrCode: 0 })
  await mo.ok("GET", "/user/refresh_info")
  expect((await actsIn(app))[0]).toMatchObject({ actor: `user ${mo.uid}`, act: "console.sign_in", target: "console" })
  const asked = await fetch(`${app.url}/console/session`, { headers: { Cookie: cookie.split(";")[0] ?? "" } })
  const session = (await asked.json()) as { rights: string[] }
  expect(session).toMatchObject({ uid: mo.uid, nick_name: expect.any(String), roles: ["moderator"] })
  expect(session.rights).toContain("users.ban")
  expect(session.rights).not.toContain("withdrawals.decide")
  expect(session.rights).not.toContain("audit.read")
})

test("ADMIN_TOKEN opens it too, and acts under its own name", async () => {
  const desk = await entersConsole(app, { admin_token: operatorToken })
  expect(await looks(desk)).toBe(0)
  expect((await actsIn(app))[0]).toMatchObject({ actor: "token", act: "console.sign_in" })
  expect(await answerOf(await signIn({ admin_token: `${operatorToken}x` }))).toMatchObject({ ErrCode: 7 })
})

test("who has no role, a wrong password or comes from another site stays outside", async () => {
  const ana = await registers(app, "Ana")
  const hers = { account: ana.tel, pwd: passwordOf("Ana") }
  expect(await answerOf(await signIn(hers))).toMatchObject({ ErrCode: 36 })
  expect(await answerOf(await signIn({ account: ana.tel }))).toMatchObject({ ErrCode: 10 })
  expect(await answerOf(await signIn({ account: "nobody_here", pwd: "whatever" }))).toMatchObject({ ErrCode: 8 })
  const mo = await anOperator(app, "Mo", "moderator")
  const his = { account: mo.tel, pwd: passwordOf("Mo") }
  for (const headers of [{ "Sec-Fetch-Site": "cross-site" }, { Origin: "https://evil.example" }]) {
    const answer = await signIn(his, headers as Record<string, string>)
    expect(answer.headers.get("set-cookie")).toBeNull()
    expect(await answerOf(answer)).toMatchObject({ ErrCode: 36 })
  }
})

test("guesses lock the door as they lock an app's", async () => {
  const mo = await anOperator(app, "Mo", "moderator")
  const guess = async (pwd: string) => (await answerOf(await signIn({ account: mo.tel, pwd }))).ErrMsg
  for (let tries = 0; tries < 5; tries++) await guess("wrong")
  expect(await guess("wrong")).toContain("Too many wrong passwords")
  expect(await guess(passwordOf("Mo"))).toContain("Too many wrong passwords")
  await mo.fails(3, "POST", "/action/login", { account: mo.tel, pwd: passwordOf("Mo") })
})

test("a session ends half an hour after its last use by hand, and after twelve hours in any case", async () => {
  const mo = await anOperator(app, "Mo", "moderator")
  const idle = await comesAs(app, mo)
  app.pass(29 * minute)
  expect(await looks(idle, { "X-Console-Idle": "1" })).toBe(0)
  app.pass(2 * minute)
  expect(await looks(idle)).toBe(32)

  const busy = await comesAs(app, mo)
  for (let passed = 0; passed < 12 * hour - 25 * minute; passed += 25 * minute) {
    app.pass(25 * minute)
    expect(await looks(busy)).toBe(0)
  }
  app.pass(25 * minute)
  expect(await looks(busy)).toBe(32)
})

test("a session ends by signing out, by another password and with the last role", async () => {
  const mo = await anOperator(app, "Mo", "moderator")
  const out = await comesAs(app, mo)
  const signOut = (headers: Record<string, string>) => codeWith(app, "POST", "/console/sign_out", headers)
  expect(await signOut({ Cookie: out.cookie })).toBe(32)
  expect(await looks(out)).toBe(0)
  expect(await signOut({ Cookie: out.cookie, "X-Console-Token": out.pageToken })).toBe(0)
  expect(await looks(out)).toBe(32)

  const former = await comesAs(app, mo)
  await mo.ok("POST", "/user/modify_pwd", { oldpwd: passwordOf("Mo"), newpwd: "another-password" })
  expect(await looks(former)).toBe(32)

  const last = await entersConsole(app, { account: mo.tel, pwd: "another-password" })
  expect(await looks(last)).toBe(0)
  await revoke(app.running.app, "cli", mo.tel, undefined)
  expect(await looks(last)).toBe(36)
})

test("the documented calls take no cookie of the console's", async () => {
  const mo = await anOperator(app, "Mo", "admin")
  const { cookie, pageToken } = await comesAs(app, mo)
  const headers = { Cookie: cookie, "X-Console-Token": pageToken }
  for (const [method, path] of [
    ["GET", "/user/refresh_info"],
    ["POST", "/room/create_room"],
    ["POST", "/card/cash_bank"],
  ] as const) {
    expect(await codeWith(app, method, path, headers)).toBe(32)
  }
})

test("under HTTPS the cookie is for this very host and never goes over plain HTTP", async () => {
  await using secure = await startApp({ ADMIN_TOKEN: operatorToken, PUBLIC_URL: "https://live.example.com" })
  const answer = await fetch(`${secure.url}/console/sign_in`, {
    method: "POST",
    headers: { Origin: "https://live.example.com" },
    body: new URLSearchParams({ admin_token: operatorToken }),
  })
  expect(answer.headers.get("set-cookie")).toMatch(
    /^__Host-mili_console=[0-9a-f]{64}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
})
