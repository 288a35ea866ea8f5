import { expect, test } from "bun:test"
import { Refusal } from "../../src/refusal.ts"
import { createRateLimiter } from "../../src/wire/rate_limit.ts"
import { startApp } from "../support/app.ts"
import { nextTel, passwordOf, registers } from "../support/cast.ts"
import { Phone } from "../support/phone.ts"

test("a caller may burst, then waits as long as it is told", () => {
  let now = 0
  const limit = createRateLimiter({ perSecond: 2, burst: 3 }, () => now)
  for (let n = 0; n < 3; n++) limit("Ana")
  let refusal: unknown
  try {
    limit("Ana")
  } catch (error) {
    refusal = error
  }
  expect(refusal).toBeInstanceOf(Refusal)
  expect(refusal).toMatchObject({ reason: "server.too_fast", retryAfter: 0.5 })
  limit("Bo")
  now = 500
  limit("Ana")
  expect(() => limit("Ana")).toThrow(Refusal)
})

test("a phone number cannot be looked for by trying them all", async () => {
  await using app = await startApp({ RATE_LIMITS: "on" })
  const mallory = new Phone(app, "Mallory")
  const tries = Array.from({ length: 80 }, () => mallory.fetch("POST", "/action/verify_tel", { tel: nextTel() }))
  const refused = (await Promise.all(tries)).filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThanOrEqual(15)
  expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1)
  expect(await refused[0]?.json()).toMatchObject({ ErrCode: 1, ErrMsg: expect.stringContaining("slow down") })
})

test.each([
  "/action/send_code",
  "/action/register",
  "/action/verify_tel",
  "/action/login",
  "/action/modify_pwd",
  "/user/modify_pwd",
])("%s answers guesses only so fast", async (path) => {
  await using app = await startApp({ RATE_LIMITS: "on" })
  const mallory = new Phone(app, "Mallory")
  const tries = await Promise.all(Array.from({ length: 80 }, () => mallory.fetch("POST", path)))
  expect(tries.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(60)
  expect(tries.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(15)
})

test("an app may look at its balance all evening and still sign out and in again", async () => {
  await using app = await startApp({ RATE_LIMITS: "on" })
  const ana = await registers(app, "Ana")
  await Promise.all(Array.from({ length: 80 }, () => ana.ok("GET", "/action/get/diamond_score")))
  await ana.ok("POST", "/action/logout")
  await ana.ok("POST", "/action/login", { account: ana.tel, pwd: passwordOf("Ana") })
})
