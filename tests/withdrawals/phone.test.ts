import { afterAll, beforeAll, expect, test } from "bun:test"
import { startApp, type TestApp } from "../support/app.ts"
import { bindsPhone, codeTo } from "../support/cash.ts"
import { nextTel, registers } from "../support/cast.ts"

const minute = 60_000

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app[Symbol.asyncDispose]())

test("a phone is bound by the code sent to it, shown masked, and unbound by another code", async () => {
  const ana = await registers(app, "Ana")
  const tel = "15400000000"
  expect(await ana.ok("GET", "/card/check_tel")).toEqual({ ErrCode: 0, tel: 0, cash_tel: "" })
  await ana.fails(21, "POST", "/card/reset_tel", { code: "123456" })

  const code = await codeTo(ana, tel)
  await ana.ok("POST", "/card/cash_tel", { cash_tel: `+86 ${tel}`, code, type: 1 })
  expect(await ana.ok("GET", "/card/check_tel")).toEqual({ ErrCode: 0, tel: 1, cash_tel: "154****0000" })

  await ana.fails(14, "POST", "/card/reset_tel", { code })
  await ana.ok("POST", "/card/reset_tel", { code: await codeTo(ana, tel) })
  expect(await ana.ok("GET", "/card/check_tel")).toMatchObject({ tel: 0, cash_tel: "" })
  await ana.ok("POST", "/card/cash_tel", { cash_tel: tel, code: await codeTo(ana, tel) })
})

test("a phone of another country is masked too, however short", async () => {
  const ana = await registers(app, "Ana")
  await ana.ok("POST", "/card/cash_tel", { cash_tel: "+12345678", code: await codeTo(ana, "+12345678") })
  expect(await ana.ok("GET", "/card/check_tel")).toMatchObject({ cash_tel: "+****5678" })
})

test("one phone each: a second one is refused, and so is somebody else's", async () => {
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await bindsPhone(ana)
  const another = nextTel()
  await ana.fails(20, "POST", "/card/cash_tel", { cash_tel: another, code: await codeTo(ana, another) })
  // Who does not hold the phone is not even told that it is bound.
  await bo.fails(14, "POST", "/card/cash_tel", { cash_tel: ana.tel, code: "000000" })
  await bo.fails(34, "POST", "/card/cash_tel", { cash_tel: ana.tel, code: await codeTo(bo, ana.tel) })
})

test("a code for another purpose, an old one and one guessed at too often are worth nothing", async () => {
  const ana = await registers(app, "Ana")
  await ana.ok("POST", "/action/send_code", { tel: ana.tel, purpose: "reset" })
  const reset = app.sms.sent.at(-1)?.code ?? ""
  await ana.fails(14, "POST", "/card/cash_tel", { cash_tel: ana.tel, code: reset })

  const old = await codeTo(ana, ana.tel)
  app.pass(5 * minute)
  await ana.fails(14, "POST", "/card/cash_tel", { cash_tel: ana.tel, code: old })

  const guessed = await codeTo(ana, ana.tel)
  const wrong = guessed === "000000" ? "000001" : "000000"
  for (let tries = 0; tries < 5; tries++) {
    await ana.fails(14, "POST", "/card/cash_tel", { cash_tel: ana.tel, code: wrong })
  }
  await ana.fails(14, "POST", "/card/cash_tel", { cash_tel: ana.tel, code: guessed })

  await bindsPhone(ana)
  const unbinding = await codeTo(ana, ana.tel)
  const misread = unbinding === "000000" ? "000001" : "000000"
  for (let tries = 0; tries < 5; tries++) await ana.fails(14, "POST", "/card/reset_tel", { code: misread })
  await ana.fails(14, "POST", "/card/reset_tel", { code: unbinding })
  expect(await ana.ok("GET", "/card/check_tel")).toMatchObject({ tel: 1 })
})

test("of two who bind one phone at once, and of two phones bound at once, one wins", async () => {
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const tel = nextTel()
  const code = await codeTo(ana, tel)
  const both = await Promise.all([ana, bo].map((one) => one.call("POST", "/card/cash_tel", { cash_tel: tel, code })))
  expect(both.map(({ ErrCode }) => ErrCode).sort((one, other) => one - other)).toEqual([0, 14])

  const cai = await registers(app, "Cai")
  const phones = [nextTel(), nextTel()]
  const codes = [await codeTo(cai, phones[0] ?? ""), await codeTo(cai, phones[1] ?? "")]
  const answers = await Promise.all(
    phones.map((cash_tel, at) => cai.call("POST", "/card/cash_tel", { cash_tel, code: codes[at] })),
  )
  expect(answers.map(({ ErrCode }) => ErrCode).sort((one, other) => one - other)).toEqual([0, 20])
})

test("what is no phone and no code is told by name", async () => {
  const ana = await registers(app, "Ana")
  const code = await codeTo(ana, ana.tel)
  for (const cash_tel of [undefined, "", "123", "Ana"]) {
    const { ErrMsg } = await ana.fails(10, "POST", "/card/cash_tel", { cash_tel, code })
    expect(ErrMsg).toContain('"cash_tel"')
  }
  for (const path of ["/card/cash_tel", "/card/reset_tel"]) {
    const { ErrMsg } = await ana.fails(10, "POST", path, { cash_tel: ana.tel })
    expect(ErrMsg).toContain('"code"')
  }
})
