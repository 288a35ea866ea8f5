import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { keptAtRest } from "../support/at_rest.ts"
import { cardNumber, codeTo } from "../support/cash.ts"
import { registers } from "../support/cast.ts"
import { earnsRipeRice } from "../support/money.ts"
import { Phone } from "../support/phone.ts"

const operator = "0123456789-the-operator-0123456789"

test("cards, holders, addresses and codes are nowhere in the clear: not at rest, not in the log, not on the wire", async () => {
  await using app = await startApp({ ADMIN_TOKEN: operator })
  const ana = await registers(app, "Ana")
  const card_no = cardNumber(987_654_321)
  const [holder, address] = ["Annabella Quatermain", "12 Fenchurch Street"]
  const heard: unknown[] = []
  const says = async (method: string, path: string, values = {}) =>
    void heard.push(await ana.call(method, path, values))

  await earnsRipeRice(ana, 5_000)
  const code = await codeTo(ana, ana.tel)
  await says("POST", "/card/cash_tel", { cash_tel: ana.tel, code })
  await says("POST", "/card/add_card", { bank: "a bank", card_no, real_name: holder })
  await says("POST", "/card/add_card", { bank: "", card_no, real_name: holder })
  await says("POST", "/card/cash_bank", { money: 50, request_id: "one" })
  await says("POST", "/card/exchange_item", { item_id: 1, address, request_id: "two" })
  for (const path of ["/card/check_tel", "/card/show_cash", "/card/cash_record"]) await says("GET", path)

  const bo = await registers(app, "Bo")
  heard.push(await bo.fails(10, "POST", "/card/add_card", { bank: "a bank", card_no, real_name: holder }))

  const desk = new Phone(app, "the desk")
  desk.token = operator
  expect(await desk.ok("GET", "/admin/withdrawals")).toMatchObject({
    withdrawals: [{ address }, { card_no, real_name: holder }],
  })

  const places = { atRest: await keptAtRest(app), logged: app.logged.join("\n"), onTheWire: JSON.stringify(heard) }
  // The places are the right ones: what is no secret is found there.
  expect(places.atRest).toContain("a bank")
  expect(places.onTheWire).toContain(`****${card_no.slice(-4)}`)
  const secrets = [card_no, card_no.slice(0, -4), holder, "Quatermain", address, "Fenchurch", operator]
  for (const [place, text] of Object.entries(places)) {
    const found = secrets.filter((secret) => text.includes(secret))
    expect({ place, found }).toEqual({ place, found: [] })
  }
  expect(places.onTheWire).not.toContain(ana.tel)
  expect(places.logged).not.toContain(code)
})
