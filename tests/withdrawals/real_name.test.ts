import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test"
import { write } from "../../src/db/write.ts"
import { turn } from "../../src/switches/switch.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { addsCard, bindsPhone, nextCardNumber } from "../support/cash.ts"
import { registers } from "../support/cast.ts"
import { newestRealName, saysWhoTheyAre } from "../support/identity.ts"
import { earnsRipeRice } from "../support/money.ts"
import { anOperator, stockOf, stocks } from "./desk.ts"

let app: TestApp
const turns = (on: boolean) => write(app.running.app, (tx) => turn(tx, "real_name", on))
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(() => turns(true))
afterEach(() => turns(false))

test("where real names are asked for, nobody withdraws money without one, once the phone is bound", async () => {
  const ana = await registers(app, "Ana")
  await earnsRipeRice(ana, 1_000)
  await ana.fails(21, "POST", "/card/cash_bank", { money: 50 })
  await bindsPhone(ana)
  await ana.fails(45, "POST", "/card/cash_bank", { money: 50 })
  await addsCard(ana)
  await ana.fails(45, "POST", "/card/cash_bank", { money: 50 })
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ current_rice: 1_000 })
  await turns(false)
  await ana.ok("POST", "/card/cash_bank", { money: 50 })
})

test("nor orders goods, which stay in stock", async () => {
  const ana = await registers(app, "Ana")
  await earnsRipeRice(ana, 300)
  const mug = await stocks(app, { moon: 300, stock: 1 })
  await ana.fails(45, "POST", "/card/exchange_item", { item_id: mug })
  expect(await stockOf(app, mug)).toBe(1)
  await turns(false)
  await ana.ok("POST", "/card/exchange_item", { item_id: mug })
  expect(await stockOf(app, mug)).toBe(0)
})

test("what was filed before is answered again", async () => {
  await turns(false)
  const ana = await registers(app, "Ana")
  await earnsRipeRice(ana, 300)
  const order = { item_id: await stocks(app, { moon: 300, stock: 1 }), request_id: "one" }
  const first = await ana.ok("POST", "/card/exchange_item", order)
  await turns(true)
  expect(await ana.ok("POST", "/card/exchange_item", order)).toEqual(first)
})

test("a card is added in the approved real name alone, however it is spelt", async () => {
  await turns(false)
  const [ana, mia] = [await registers(app, "Anna·Belle"), await anOperator(app, "Mia", "moderator")]
  const add = (real_name: string) => ({ bank: "b", card_no: nextCardNumber(), real_name })
  await saysWhoTheyAre(ana)
  await ana.ok("POST", "/card/add_card", add("Bo"))
  await mia.ok("POST", "/admin/real_names/approve", { id: (await newestRealName(mia))["id"] ?? "" })
  const { ErrMsg } = await ana.fails(10, "POST", "/card/add_card", add("Bo"))
  expect(ErrMsg).toContain('"real_name"')
  for (const spelt of ["Anna·Belle", "anna• belle", "ＡＮＮＡ．ＢＥＬＬＥ"])
    await ana.ok("POST", "/card/add_card", add(spelt))
})

test("a card added before, in another name, takes no money", async () => {
  await turns(false)
  const [ana, mia] = [await registers(app, "Ana"), await anOperator(app, "Mia", "moderator")]
  await earnsRipeRice(ana, 1_000)
  await bindsPhone(ana)
  const card = { bank: "b", card_no: nextCardNumber() }
  await ana.ok("POST", "/card/add_card", { ...card, real_name: "Bo" })
  await saysWhoTheyAre(ana)
  await turns(true)
  await ana.fails(46, "POST", "/card/cash_bank", { money: 50 })
  await mia.ok("POST", "/admin/real_names/approve", { id: (await newestRealName(mia))["id"] ?? "" })
  const { ErrMsg } = await ana.fails(10, "POST", "/card/cash_bank", { money: 50 })
  expect(ErrMsg).toContain("real name")
  await ana.ok("POST", "/card/add_card", { ...card, real_name: "ana" })
  await ana.ok("POST", "/card/cash_bank", { money: 50 })
})
