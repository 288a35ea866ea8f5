import { afterAll, beforeAll, expect, test } from "bun:test"
import { isCardNumber } from "../../src/withdrawals/card.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { addsCard, cardNumber } from "../support/cash.ts"
import { registers } from "../support/cast.ts"

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app[Symbol.asyncDispose]())

test("numbers are checked by their last digit", () => {
  for (const number of ["4111111111111111", "378282246310005", "6222021001098550814", "500000000009"]) {
    expect([number, isCardNumber(number)]).toEqual([number, true])
  }
  for (const number of ["4111111111111112", "1411111111111111", "00000000000", "4111x11111111111", ""]) {
    expect([number, isCardNumber(number)]).toEqual([number, false])
  }
})

test("a card is added as people write it, shown by its end alone, and replaced by the next", async () => {
  const ana = await registers(app, "Ana")
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ bank: "", card: "" })
  const card = { bank: "招商银行", real_name: "安娜" }
  expect(await ana.ok("POST", "/card/add_card", { ...card, card_no: "4111 1111-1111 1111" })).toEqual({ ErrCode: 0 })
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ bank: "招商银行", card: "****1111" })
  await ana.ok("POST", "/card/add_card", { ...card, card_no: "378282246310005" })
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ card: "****0005" })

  // The card she gave up is free again.
  const bo = await registers(app, "Bo")
  await bo.ok("POST", "/card/add_card", { ...card, card_no: "4111111111111111" })
})

test("a card belongs to one account, also when two add it at once", async () => {
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const card_no = await addsCard(ana)
  await ana.ok("POST", "/card/add_card", { bank: "b", card_no, real_name: "Ana" })
  const { ErrMsg } = await bo.fails(10, "POST", "/card/add_card", { bank: "b", card_no, real_name: "Bo" })
  expect(ErrMsg).toContain('"card_no"')
  expect(await bo.ok("GET", "/card/show_cash")).toMatchObject({ card: "" })

  const wanted = cardNumber(9_999)
  const both = await Promise.all(
    [ana, bo].map((one) => one.call("POST", "/card/add_card", { bank: "b", card_no: wanted, real_name: one.name })),
  )
  expect(both.map(({ ErrCode }) => ErrCode).sort((one, other) => one - other)).toEqual([0, 10])
})

test("what is no card is told by name, without repeating it", async () => {
  const ana = await registers(app, "Ana")
  const card = { bank: "b", card_no: cardNumber(77), real_name: "Ana" }
  for (const name of ["bank", "card_no", "real_name"]) {
    const { ErrMsg } = await ana.fails(10, "POST", "/card/add_card", { ...card, [name]: undefined })
    expect(ErrMsg).toContain(`"${name}"`)
  }
  for (const card_no of ["4111111111111112", "41111111111", "41111111111111111111", "4111 1111 1111 111x"]) {
    const { ErrMsg } = await ana.fails(10, "POST", "/card/add_card", { ...card, card_no })
    expect(ErrMsg).toContain('"card_no"')
    expect(ErrMsg).not.toContain("1111")
  }
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ card: "" })
})
