import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { write } from "../../src/db/write.ts"
import { turn } from "../../src/switches/switch.ts"
import { credit } from "../../src/wallet/credit.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { addsCard, bindsPhone, canCash } from "../support/cash.ts"
import { registers } from "../support/cast.ts"
import { buysDiamonds, earnsRice, earnsRipeRice, houseRice, owesDiamonds } from "../support/money.ts"
import { Phone } from "../support/phone.ts"

const day = 86_400_000

type Rows = Record<string, string>[]

const recordOf = async (phone: Phone, page: { index?: number; before?: string } = {}) =>
  (await phone.ok("GET", "/card/cash_record", page))["record"] as Rows

/** How many of the answers have each code. */
const tally = (answers: { ErrCode: number }[]) =>
  Object.fromEntries([...Map.groupBy(answers, ({ ErrCode }) => ErrCode)].map(([code, those]) => [code, those.length]))

const operator = "0123456789-the-operator-0123456789"

test("a host's story, from binding a phone to the payout", async () => {
  await using app = await startApp({ ADMIN_TOKEN: operator })
  const ana = await registers(app, "Ana")
  await earnsRice(ana, 1_500)
  expect(await ana.ok("GET", "/card/show_cash")).toEqual({
    ErrCode: 0,
    rice: 1_500,
    current_rice: 1_500,
    all_money: 0,
    money: 0,
    bank: "",
    card: "",
  })
  await ana.fails(21, "POST", "/card/cash_bank", { money: 50 })
  await bindsPhone(ana)
  await ana.fails(10, "POST", "/card/cash_bank", { money: 50 })
  await addsCard(ana)
  await ana.fails(43, "POST", "/card/cash_bank", { money: 50 })

  app.pass(8 * day)
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ rice: 1_500, all_money: 75, money: 75 })
  const { id } = await ana.ok("POST", "/card/cash_bank", { money: 50, ptype: 1 })
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ rice: 1_500, current_rice: 500, all_money: 25 })
  const [asked] = await recordOf(ana)
  expect(asked).toMatchObject({ id: String(id), money: "50", fee: "1.5", rice: "1000", status: "0", finish_time: "" })
  expect(asked?.["create_time"]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  expect(await houseRice(app, "holds", ana)).toBe(1_000)

  const desk = new Phone(app, "the desk")
  desk.token = operator
  const { withdrawals } = await desk.ok("GET", "/admin/withdrawals", { state: "pending" })
  expect(withdrawals).toMatchObject([{ id: String(id), uid: String(ana.uid), pay: "48.5", ptype: "1" }])
  await desk.ok("POST", "/admin/withdrawals/approve", { id: String(id) })

  const [paid] = await recordOf(ana)
  expect(paid).toMatchObject({ id: String(id), status: "1", create_time: asked?.["create_time"] })
  expect(paid?.["finish_time"]).toMatch(/^\d{4}-/)
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ rice: 1_500, current_rice: 500 })
  expect([await houseRice(app, "holds", ana), await houseRice(app, "paid"), await houseRice(app, "fees")]).toEqual([
    0, 970, 30,
  ])
})

describe("what keeps a withdrawal back", () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp({ CASH_DAY_MAX: "100" })
  })
  afterAll(() => app[Symbol.asyncDispose]())

  test("an amount that is none", async () => {
    const ana = await registers(app, "Ana")
    for (const money of [undefined, "", 0, -50, "1.5", "fifty", "50 yuan", "9007199254740993"]) {
      const { ErrMsg } = await ana.fails(10, "POST", "/card/cash_bank", { money })
      expect(ErrMsg).toContain('"money"')
    }
    const { ErrMsg } = await ana.fails(10, "POST", "/card/cash_bank", { money: 50, ptype: 2 })
    expect(ErrMsg).toContain('"ptype"')
  })

  test("each in its turn: the phone, the card, the least, the rice", async () => {
    const ana = await registers(app, "Ana")
    await ana.fails(21, "POST", "/card/cash_bank", { money: 1 })
    await bindsPhone(ana)
    const { ErrMsg } = await ana.fails(10, "POST", "/card/cash_bank", { money: 1 })
    expect(ErrMsg).toContain("card")
    await addsCard(ana)
    await ana.fails(51, "POST", "/card/cash_bank", { money: 49 })
    await ana.fails(22, "POST", "/card/cash_bank", { money: 50 })
    await ana.fails(22, "POST", "/card/cash_bank", { money: 1_000_000_000 })
    expect(await recordOf(ana)).toEqual([])
  })

  test("rice that was given and rice that is young", async () => {
    const ana = await registers(app, "Ana")
    await canCash(ana)
    const given = { userId: ana.uid, currency: "rice", amount: 5_000, actor: "cli", why: "a prize" } as const
    await write(app.running.app, (tx) => credit(app.running.app, tx, given))
    await earnsRipeRice(ana, 999)
    await ana.fails(22, "POST", "/card/cash_bank", { money: 50 })
    await earnsRice(ana, 1)
    await ana.fails(43, "POST", "/card/cash_bank", { money: 50 })
    expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ current_rice: 6_000, all_money: 49, money: 0 })
    app.pass(8 * day)
    expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ all_money: 50, money: 50 })
    await ana.ok("POST", "/card/cash_bank", { money: 50 })
    expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ current_rice: 5_000, all_money: 0, money: 0 })
  })

  test("the day's limit, until midnight", async () => {
    const ana = await registers(app, "Ana")
    await canCash(ana)
    await earnsRipeRice(ana, 10_000)
    expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ all_money: 500, money: 100 })
    await ana.fails(43, "POST", "/card/cash_bank", { money: 101 })
    await ana.ok("POST", "/card/cash_bank", { money: 50 })
    expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ all_money: 450, money: 50 })
    await ana.fails(43, "POST", "/card/cash_bank", { money: 51 })
    await ana.ok("POST", "/card/cash_bank", { money: 50 })
    await ana.fails(43, "POST", "/card/cash_bank", { money: 50 })
    app.pass(day)
    await ana.ok("POST", "/card/cash_bank", { money: 100 })
  })

  test("a debt, before anything else", async () => {
    const ana = await registers(app, "Ana")
    await buysDiamonds(ana, 10)
    await owesDiamonds(ana, 1)
    const { ErrMsg } = await ana.fails(79, "POST", "/card/cash_bank", { money: 1 })
    expect(ErrMsg).toContain("refunded")
    await ana.fails(79, "POST", "/card/exchange_item", { item_id: 1 })
    await canCash(ana)
    await earnsRipeRice(ana, 2_000)
    await ana.fails(79, "POST", "/card/cash_bank", { money: 50 })
    expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ all_money: 100, money: 0 })
  })

  test("the switch", async () => {
    const ana = await registers(app, "Ana")
    await canCash(ana)
    await earnsRipeRice(ana, 1_000)
    await write(app.running.app, (tx) => turn(tx, "cash", false))
    await ana.fails(79, "POST", "/card/cash_bank", { money: 50 })
    await ana.fails(10, "POST", "/card/cash_bank", { money: 0 })
    await ana.fails(79, "POST", "/card/exchange_item", { item_id: 999_999 })
    expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ all_money: 50, money: 0 })
    await write(app.running.app, (tx) => turn(tx, "cash", true))
    await ana.ok("POST", "/card/cash_bank", { money: 50 })
  })
})

test("nothing leaves on the shut days of the month, by the server's own calendar", async () => {
  let now = Date.parse("2026-03-31T23:59:59+08:00")
  await using app = await startApp({ CASH_SHUT_DAYS: "1-5" }, { now: () => now })
  const ana = await registers(app, "Ana")
  await canCash(ana)
  await earnsRipeRice(ana, 4_000)
  await ana.ok("POST", "/card/cash_bank", { money: 50 })
  for (const shut of ["2026-04-01T00:00:00+08:00", "2026-04-05T23:59:59+08:00"]) {
    now = Date.parse(shut)
    await ana.fails(79, "POST", "/card/cash_bank", { money: 50 })
    await ana.fails(79, "POST", "/card/exchange_item", { item_id: 1 })
    expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ all_money: 150, money: 0 })
  }
  now = Date.parse("2026-04-06T00:00:00+08:00")
  await ana.ok("POST", "/card/cash_bank", { money: 50 })
})

test("the fee is whole rice, rounded up, and what that is worth in fen", async () => {
  await using app = await startApp({ RICE_PER_YUAN: "7", CASH_RICE_MIN: "0" })
  const ana = await registers(app, "Ana")
  await canCash(ana)
  await earnsRipeRice(ana, 1_000)
  await ana.ok("POST", "/card/cash_bank", { money: 1 })
  await ana.ok("POST", "/card/cash_bank", { money: 100 })
  expect(await recordOf(ana)).toMatchObject([
    { rice: "700", fee: "3" },
    { rice: "7", fee: "0.14" },
  ])
})

test("a retry files nothing twice, and other content under the same number is refused", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  await canCash(ana)
  await earnsRipeRice(ana, 5_000)
  const first = await ana.ok("POST", "/card/cash_bank", { money: 50, request_id: "one" })
  const again = await Promise.all(
    Array.from({ length: 10 }, () => ana.ok("POST", "/card/cash_bank", { money: 50, request_id: "one" })),
  )
  for (const answer of again) expect(answer).toEqual(first)
  await ana.fails(31, "POST", "/card/cash_bank", { money: 60, request_id: "one" })
  await ana.fails(31, "POST", "/card/exchange_item", { item_id: 1, request_id: "one" })
  expect(await recordOf(ana)).toHaveLength(1)
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ current_rice: 4_000 })
})

test("a hundred requests at once take neither more than there is, nor than has matured, nor than the day allows", async () => {
  await using app = await startApp({ CASH_DAY_MAX: "500" })
  const [ana, bo, cai] = [await registers(app, "Ana"), await registers(app, "Bo"), await registers(app, "Cai")]
  for (const host of [ana, bo, cai]) await canCash(host)
  await earnsRipeRice(ana, 5_900)
  await earnsRipeRice(bo, 5_900)
  await earnsRice(bo, 100_000)
  await earnsRipeRice(cai, 100_000)

  const rush = (host: Phone) =>
    Promise.all(Array.from({ length: 100 }, () => host.call("POST", "/card/cash_bank", { money: 50 })))
  const [ofAna, ofBo, ofCai] = await Promise.all([rush(ana), rush(bo), rush(cai)])
  expect(tally(ofAna)).toEqual({ 0: 5, 22: 95 })
  expect(tally(ofBo)).toEqual({ 0: 5, 43: 95 })
  expect(tally(ofCai)).toEqual({ 0: 10, 43: 90 })
  expect([await houseRice(app, "holds", ana), await houseRice(app, "holds")]).toEqual([5_000, 20_000])
  expect(await cai.ok("GET", "/card/show_cash")).toMatchObject({ current_rice: 90_000, all_money: 4_500, money: 0 })
})

test("the record pages by number and by the last row seen, and is one's own", async () => {
  await using app = await startApp()
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await canCash(ana)
  await earnsRipeRice(ana, 25_000)
  for (let n = 0; n < 25; n++) await ana.ok("POST", "/card/cash_bank", { money: 50 })
  const [first, second] = [await recordOf(ana), await recordOf(ana, { index: 1 })]
  const ids = [...first, ...second].map(({ id }) => Number(id))
  expect([first.length, second.length]).toEqual([20, 5])
  expect(ids).toEqual(ids.toSorted((one, other) => other - one))
  expect(await recordOf(ana, { before: first.at(-1)?.["id"] ?? "" })).toEqual(second)
  expect(await recordOf(ana, { index: 2 })).toEqual([])
  expect(await recordOf(bo)).toEqual([])
})
