import { afterAll, beforeAll, expect, test } from "bun:test"
import { write } from "../../src/db/write.ts"
import { credit } from "../../src/wallet/credit.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { earnsRice, earnsRipeRice, houseRice } from "../support/money.ts"
import type { Phone } from "../support/phone.ts"
import { operatorToken, stockOf, stocks, theDesk } from "./desk.ts"

let app: TestApp
let desk: Phone
beforeAll(async () => {
  app = await startApp({ ADMIN_TOKEN: operatorToken })
  desk = theDesk(app)
})
afterAll(() => app[Symbol.asyncDispose]())

test("the mall shows what it has, the cheapest first, and nothing that it has taken in", async () => {
  const shut = await stocks(app, { moon: 1, stock: 1, onSale: false })
  const soldOut = await stocks(app, { moon: 1, stock: 0 })
  const { gift } = await desk.ok("POST", "/item_config")
  const rows = gift as { ItemId: number; Moon: number; Name: string; Icon: string; Stock: number }[]
  expect(rows[0]).toEqual({ ItemId: soldOut, Moon: 1, Name: "a mug", Icon: "", Stock: 0 })
  expect(rows.map(({ Moon }) => Moon)).toEqual(rows.map(({ Moon }) => Moon).toSorted((one, other) => one - other))
  expect(rows.map(({ ItemId }) => ItemId)).not.toContain(shut)
  const broken = await fetch(`${app.url}/item_config`, { method: "POST", body: "{" })
  expect(await broken.json()).toMatchObject({ ErrCode: 30 })
})

test("goods are ordered for rice that has matured, and sent when the operator says so", async () => {
  const ana = await registers(app, "Ana")
  const mug = await stocks(app, { moon: 300, stock: 2 })
  await earnsRipeRice(ana, 1_000)
  const { id } = await ana.ok("POST", "/card/exchange_item", { item_id: mug, address: "上海市南京路 1 号" })
  expect(await stockOf(app, mug)).toBe(1)
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ current_rice: 700 })
  const asked = { id: String(id), money: "0", fee: "0", rice: "300", item: "a mug", card: "" }
  expect(await ana.ok("GET", "/card/cash_record")).toMatchObject({ record: [{ ...asked, status: "0" }] })
  expect(await desk.ok("GET", "/admin/withdrawals", { state: "pending" })).toMatchObject({
    withdrawals: [{ ...asked, address: "上海市南京路 1 号", card_no: "", real_name: "" }],
  })
  await desk.ok("POST", "/admin/withdrawals/approve", { id: String(id) })
  expect(await ana.ok("GET", "/card/cash_record")).toMatchObject({ record: [{ ...asked, status: "1" }] })
  expect([await houseRice(app, "holds", ana), await houseRice(app, "paid"), await houseRice(app, "fees")]).toEqual([
    0, 300, 0,
  ])
})

test("an order that is rejected gives back the rice and the stock", async () => {
  const ana = await registers(app, "Ana")
  const mug = await stocks(app, { moon: 300, stock: 1 })
  await earnsRipeRice(ana, 300)
  const { id } = await ana.ok("POST", "/card/exchange_item", { item_id: mug })
  expect(await stockOf(app, mug)).toBe(0)
  await desk.ok("POST", "/admin/withdrawals/reject", { id: String(id), why: "broken in the store" })
  expect(await stockOf(app, mug)).toBe(1)
  await ana.ok("POST", "/card/exchange_item", { item_id: mug })
})

test("what keeps an order back", async () => {
  const ana = await registers(app, "Ana")
  const mug = await stocks(app, { moon: 300, stock: 1 })
  const [shut, soldOut] = [
    await stocks(app, { moon: 1, stock: 1, onSale: false }),
    await stocks(app, { moon: 1, stock: 0 }),
  ]
  for (const item_id of [undefined, "", 0, "mug"]) {
    const { ErrMsg } = await ana.fails(10, "POST", "/card/exchange_item", { item_id })
    expect(ErrMsg).toContain('"item_id"')
  }
  const { ErrMsg } = await ana.fails(10, "POST", "/card/exchange_item", { item_id: mug, address: "a".repeat(301) })
  expect(ErrMsg).toContain('"address"')
  for (const item_id of [999_999, shut, soldOut]) await ana.fails(27, "POST", "/card/exchange_item", { item_id })

  const given = { userId: ana.uid, currency: "rice", amount: 5_000, actor: "cli", why: "a prize" } as const
  await write(app.running.app, (tx) => credit(app.running.app, tx, given))
  await earnsRipeRice(ana, 299)
  await ana.fails(22, "POST", "/card/exchange_item", { item_id: mug })
  await earnsRice(ana, 1)
  await ana.fails(43, "POST", "/card/exchange_item", { item_id: mug })
  expect(await stockOf(app, mug)).toBe(1)
})

test("a retry orders nothing twice", async () => {
  const ana = await registers(app, "Ana")
  const mug = await stocks(app, { moon: 300, stock: 5 })
  await earnsRipeRice(ana, 1_500)
  const order = { item_id: mug, address: "Shanghai", request_id: "one" }
  const first = await ana.ok("POST", "/card/exchange_item", order)
  expect(await ana.ok("POST", "/card/exchange_item", order)).toEqual(first)
  await ana.fails(31, "POST", "/card/exchange_item", { ...order, address: "Beijing" })
  expect(await stockOf(app, mug)).toBe(4)
})

test("a hundred orders at once take neither more than the stock nor more than the rice", async () => {
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const [rare, plenty] = [await stocks(app, { moon: 10, stock: 7 }), await stocks(app, { moon: 10, stock: 100 })]
  await earnsRipeRice(ana, 10_000)
  await earnsRipeRice(bo, 95)
  const rush = async (host: Phone, item_id: number) => {
    const order = () => host.call("POST", "/card/exchange_item", { item_id })
    const answers = await Promise.all(Array.from({ length: 100 }, order))
    return Object.groupBy(answers, ({ ErrCode }) => ErrCode)
  }
  const [ofAna, ofBo] = await Promise.all([rush(ana, rare), rush(bo, plenty)])
  expect([ofAna[0]?.length, ofAna[27]?.length]).toEqual([7, 93])
  expect([ofBo[0]?.length, ofBo[22]?.length]).toEqual([9, 91])
  expect([await stockOf(app, rare), await stockOf(app, plenty)]).toEqual([0, 91])
  expect([await houseRice(app, "holds", ana), await houseRice(app, "holds", bo)]).toEqual([70, 90])
})
