import { expect, setDefaultTimeout, test } from "bun:test"
import { buysPack } from "../privacy/life.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { aHost, anOperator, approve, asksFor, operatorToken } from "../withdrawals/desk.ts"

setDefaultTimeout(30_000)

const minute = 60_000
const hour = 60 * minute

test("the day's money stands by the hour: what was paid in, given and paid out, and nothing of yesterday's", async () => {
  await using app = await startApp({ ADMIN_TOKEN: operatorToken })
  const ana = await aHost(app)
  const fin = await anOperator(app, "Fin", "finance")
  const told = async () => {
    const money = await fin.ok("GET", "/admin/money")
    const hours = (name: string) => money[name] as number[]
    const sum = (name: string) => hours(name).reduce((all, one) => all + one, 0)
    expect(["charges", "gifts", "payouts"].map((name) => hours(name).length)).toEqual([24, 24, 24])
    return { charges: sum("charges"), gifts: sum("gifts"), payouts: sum("payouts"), audit: money["audit"] }
  }
  expect(await told()).toEqual({ charges: 0, gifts: 0, payouts: 0, audit: null })

  await buysPack(await registers(app, "Bo"))
  const { orders } = await fin.ok("GET", "/admin/orders")
  const [{ money }] = orders as [{ money: string }]
  const paid = await asksFor(ana, 50)
  await asksFor(ana, 60)
  await approve(fin, paid)
  expect(await told()).toMatchObject({ charges: 0, payouts: 0 })
  app.pass(minute)
  const now = await told()
  expect(now).toEqual({ charges: Number(money), gifts: 2_200, payouts: 48.5, audit: null })
  expect(now.charges).toBeGreaterThan(0)

  app.pass(20 * hour)
  expect(await told()).toEqual(now)
  app.pass(4 * hour)
  expect(await told()).toEqual({ charges: 0, gifts: 0, payouts: 0, audit: null })
})
