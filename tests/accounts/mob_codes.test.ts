import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test"
import { mobSms } from "../../src/providers/sms/mob.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { nextTel } from "../support/cast.ts"
import { type FakeMob, startFakeMob } from "../support/fakes/mob.ts"
import { Phone } from "../support/phone.ts"

let mob: FakeMob
let app: TestApp
beforeAll(async () => {
  mob = await startFakeMob()
  app = await startApp({}, { sms: mobSms({ url: mob.url, appKeys: mob.appKeys, timeout: 1_000 }) })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await mob[Symbol.asyncDispose]()
})
beforeEach(() => {
  mob.asked = []
  mob.mood = "well"
})

async function registers(name: string, tel = nextTel()): Promise<Phone> {
  const phone = new Phone(app, name)
  const { token, uid } = await phone.ok("POST", "/action/register", {
    account: tel,
    pwd: `${name}-password`,
    code: mob.sends(tel),
    type: 0,
  })
  return Object.assign(phone, { tel, token: String(token), uid: Number(uid) })
}

test("Ana registers with the code that her app had sent, and resets her password with another", async () => {
  const ana = await registers("Ana")
  const code = mob.sends(ana.tel, "86", "ios")
  const reset = { account: ana.tel, pwd: "another", code }
  await ana.fails(14, "POST", "/action/modify_pwd", { ...reset, type: 0 })
  await ana.ok("POST", "/action/modify_pwd", { ...reset, type: 1 })
  await ana.fails(14, "POST", "/action/modify_pwd", { ...reset, type: 1 })
  await ana.ok("POST", "/action/login", { account: ana.tel, pwd: "another" })
})

test("Bo binds a phone of Hong Kong to his withdrawals, and unbinds it", async () => {
  const bo = await registers("Bo")
  await bo.fails(21, "POST", "/card/reset_tel", { code: "1234", type: 0 })
  const code = mob.sends("51234567", "852")
  await bo.fails(14, "POST", "/card/cash_tel", { cash_tel: "+85251234567", code: "0000" })
  await bo.ok("POST", "/card/cash_tel", { cash_tel: "+85251234567", code })
  await bo.fails(20, "POST", "/card/cash_tel", { cash_tel: bo.tel, code: mob.sends(bo.tel) })
  await bo.fails(14, "POST", "/card/reset_tel", { code: mob.sends(bo.tel), type: 0 })
  await bo.ok("POST", "/card/reset_tel", { code: mob.sends("51234567", "852"), type: 0 })
})

test("a code is asked about once, and not at all where it could allow nothing", async () => {
  const ana = await registers("Ana")
  mob.asked = []
  const code = mob.sends(ana.tel)
  await ana.fails(15, "POST", "/action/register", { account: ana.tel, pwd: "secret1", code, type: 0 })
  await ana.fails(14, "POST", "/action/register", { account: nextTel(), pwd: "secret1", type: 0 })
  await ana.fails(16, "POST", "/action/modify_pwd", { account: nextTel(), pwd: "secret1", code, type: 0 })
  expect(mob.asked).toEqual([])
  await ana.ok("POST", "/action/modify_pwd", { account: ana.tel, pwd: "secret1", code, type: 0 })
  expect(mob.asked).toHaveLength(1)
})

test("of twenty phones that use one code at once, one gets the account", async () => {
  const tel = nextTel()
  const code = mob.sends(tel)
  const values = { account: tel, pwd: "secret1", code, type: 0 }
  const phone = new Phone(app, "Dee")
  const answers = await Promise.all(Array.from({ length: 20 }, () => phone.call("POST", "/action/register", values)))
  expect(answers.filter(({ ErrCode }) => ErrCode === 0)).toHaveLength(1)
  expect(answers.filter(({ ErrCode }) => ![0, 14, 15].includes(ErrCode))).toEqual([])
})

test("while Mob is away nothing can be registered, and later the same code is still good", async () => {
  const tel = nextTel()
  const values = { account: tel, pwd: "secret1", code: mob.sends(tel), type: 0 }
  const phone = new Phone(app, "Eli")
  mob.mood = "broken"
  const { ErrMsg } = await phone.fails(1, "POST", "/action/register", values)
  expect(ErrMsg).toContain("could not be checked")
  await phone.ok("POST", "/action/verify_tel", { tel })
  mob.mood = "well"
  await phone.ok("POST", "/action/register", values)
})

test("the server sends no codes where the app has them sent", async () => {
  const { ErrMsg } = await new Phone(app, "Fay").fails(1, "POST", "/action/send_code", {
    tel: nextTel(),
    purpose: "register",
  })
  expect(ErrMsg).toContain("app itself")
})
