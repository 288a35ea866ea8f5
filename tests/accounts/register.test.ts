import { expect, test } from "bun:test"
import { SmsNotSent } from "../../src/providers/sms/index.ts"
import { startApp } from "../support/app.ts"
import { nextTel, registers } from "../support/cast.ts"
import { Phone } from "../support/phone.ts"

test("Ana registers her phone with the code it was sent, and is who she says", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  expect(ana.token).toMatch(/^[0-9a-f]{32}$/)
  expect(await ana.ok("GET", "/user/refresh_info", { uid: ana.uid })).toMatchObject({
    user: { Uid: ana.uid, Account: ana.tel, Tel: ana.tel, NickName: `大米${ana.uid}`, Token: ana.token, Diamond: 0 },
  })
})

test("a wrong code is refused five times, and then the right one too", async () => {
  await using app = await startApp()
  const bo = new Phone(app, "Bo")
  const account = nextTel()
  await bo.ok("POST", "/action/send_code", { tel: account, purpose: "register" })
  const code = app.sms.sent.at(-1)?.code ?? ""
  const wrong = code === "000000" ? "000001" : "000000"
  for (let n = 0; n < 5; n++) await bo.fails(14, "POST", "/action/register", { account, pwd: "secret1", code: wrong })
  await bo.fails(14, "POST", "/action/register", { account, pwd: "secret1", code })
})

test("a code serves once, for its own purpose, for five minutes", async () => {
  await using app = await startApp()
  const cai = new Phone(app, "Cai")
  const account = nextTel()
  const send = async (purpose: string) => {
    await cai.ok("POST", "/action/send_code", { tel: account, purpose })
    return app.sms.sent.at(-1)?.code ?? ""
  }
  const late = await send("register")
  app.pass(301_000)
  await cai.fails(14, "POST", "/action/register", { account, pwd: "secret1", code: late })
  await cai.fails(16, "POST", "/action/send_code", { tel: account, purpose: "reset" })
  const code = await send("register")
  await cai.ok("POST", "/action/register", { account: `+86${account}`, pwd: "secret1", code })
  await cai.fails(15, "POST", "/action/register", { account, pwd: "secret1", code })
  await cai.fails(15, "POST", "/action/verify_tel", { tel: `+86 ${account}` })
  await cai.ok("POST", "/action/verify_tel", { tel: nextTel() })
})

test("of fifty phones that use the same code at once, one gets the account", async () => {
  await using app = await startApp()
  const dee = new Phone(app, "Dee")
  const account = nextTel()
  await dee.ok("POST", "/action/send_code", { tel: account, purpose: "register" })
  const code = app.sms.sent.at(-1)?.code ?? ""
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => dee.call("POST", "/action/register", { account, pwd: "secret1", code })),
  )
  expect(answers.filter(({ ErrCode }) => ErrCode === 0)).toHaveLength(1)
  expect(answers.filter(({ ErrCode }) => ErrCode !== 0 && ErrCode !== 14 && ErrCode !== 15)).toEqual([])
})

test("codes are not sent too often, and a failed message uses nothing up", async () => {
  await using app = await startApp({ RATE_LIMITS: "on" })
  const eli = new Phone(app, "Eli")
  const tel = nextTel()
  app.sms.failWith = new SmsNotSent("no credit")
  await eli.fails(1, "POST", "/action/send_code", { tel, purpose: "register" })
  app.sms.failWith = undefined
  await eli.ok("POST", "/action/send_code", { tel, purpose: "register" })
  const tooSoon = await eli.fetch("POST", "/action/send_code", { tel, purpose: "register" })
  expect(tooSoon.headers.get("retry-after")).toBe("60")
  expect(await tooSoon.json()).toMatchObject({ ErrCode: 13 })
  for (let n = 0; n < 9; n++) {
    app.pass(61_000)
    await eli.ok("POST", "/action/send_code", { tel, purpose: "register" })
  }
  app.pass(61_000)
  await eli.fails(13, "POST", "/action/send_code", { tel, purpose: "register" })
  app.pass(24 * 3_600_000)
  await eli.ok("POST", "/action/send_code", { tel, purpose: "register" })
})

test("names need an open registration, no code, and are taken in any case", async () => {
  await using closed = await startApp()
  await new Phone(closed, "Fay").fails(10, "POST", "/action/register", { account: "fay_1", pwd: "secret1" })

  await using open = await startApp({ OPEN_REGISTRATION: "1" })
  const fay = new Phone(open, "Fay")
  await fay.ok("POST", "/action/register", { account: "fay_1", pwd: "secret1" })
  await fay.fails(2, "POST", "/action/register", { account: "FAY_1", pwd: "secret1" })
  await fay.fails(14, "POST", "/action/register", { account: nextTel(), pwd: "secret1" })
  for (const account of ["abc", "12345", "with space", "a".repeat(33), "名字名字"]) {
    await fay.fails(10, "POST", "/action/register", { account, pwd: "secret1" })
  }
  for (const pwd of ["short", "x".repeat(65)])
    await fay.fails(10, "POST", "/action/register", { account: "gil_1", pwd })
})

test("neither codes, tokens nor passwords are in the log or in the database", async () => {
  await using app = await startApp()
  const hal = await registers(app, "Hal")
  await hal.ok("POST", "/action/login", { account: hal.tel, pwd: "Hal-password" })
  const code = app.sms.sent.at(-1)?.code ?? ""
  const secrets = [hal.token, "Hal-password"]
  const told = app.logged.join("")
  for (const secret of [...secrets, code]) expect(told).not.toContain(secret)
  const rows = JSON.stringify(await everyRow(app))
  expect(rows).toContain(hal.tel)
  for (const secret of secrets) expect(rows).not.toContain(secret)
  expect(rows).not.toContain(`"${code}"`)
})

async function everyRow(app: Awaited<ReturnType<typeof startApp>>): Promise<unknown[]> {
  const { read } = app.running.app.db
  const { users, sessions, smsCodes } = await import("../../src/accounts/tables.ts")
  return [await read.select().from(users), await read.select().from(sessions), await read.select().from(smsCodes)]
}
