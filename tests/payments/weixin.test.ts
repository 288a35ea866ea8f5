import { afterAll, beforeAll, expect, test } from "bun:test"
import { desc, eq } from "drizzle-orm"
import { orders } from "../../src/payments/tables.ts"
import { registers } from "../support/cast.ts"
import { type Market, openMarket } from "../support/market.ts"
import type { Phone } from "../support/phone.ts"

let market: Market

beforeAll(async () => {
  market = await openMarket()
})

afterAll(() => market[Symbol.asyncDispose]())

const minute = 60_000
const day = 24 * 60 * minute

const asks = (phone: Phone, itemid: string | number) => phone.ok("POST", "/pay/weixin_prepay", { itemid })
const diamondsOf = async (phone: Phone) => (await phone.ok("GET", "/action/get/diamond_score"))["diamond"]

/** The newest order of a person, as the table has it. */
async function orderOf({ uid }: Phone) {
  const { read } = market.app.running.app.db
  const [order] = await read.select().from(orders).where(eq(orders.userId, uid)).orderBy(desc(orders.id)).limit(1)
  if (!order) throw new Error("nothing was ordered")
  return order
}

const followUp = () => market.app.running.jobs.runNow("payments.follow_up_weixin")

test("Bo buys a pack: WeChat's notice credits it once, however often it comes", async () => {
  const { app, weixin } = market
  const bo = await registers(app, "Bo")
  const shop = await bo.ok("GET", "/pay/pay_config_android")
  expect(shop).toMatchObject({ ad: { diamond: 0, item: expect.any(Array) }, diamond: 0 })
  expect(shop["item"]).toContainEqual({ ItemId: "gold_60", Describe: "60 金币", Money: 6, Diamond: 60 })

  const { weixin: call } = (await asks(bo, "gold_60")) as unknown as { weixin: Record<string, string> }
  expect(
    weixin.opens({
      appId: call["Appid"] ?? "",
      partnerId: call["Partnerid"] ?? "",
      prepayId: call["Prepayid"] ?? "",
      packageValue: call["Package"] ?? "",
      nonce: call["Noncestr"] ?? "",
      timestamp: call["Timestamp"] ?? "",
      sign: call["Sign"] ?? "",
    }),
  ).toBe(true)
  expect(await diamondsOf(bo)).toBe(0)

  const { number } = await orderOf(bo)
  const answers = await weixin.pay(number, { times: 4 })
  expect(answers.map(({ body }) => body.includes("SUCCESS"))).toEqual([true, true, true, true])
  expect(await diamondsOf(bo)).toBe(60)
  expect(await orderOf(bo)).toMatchObject({ state: "credited", fen: 600, diamonds: 60 })

  await asks(bo, 1)
  await Promise.all([weixin.pay((await orderOf(bo)).number), followUp(), followUp()])
  expect(await diamondsOf(bo)).toBe(70)
  await bo.fails(27, "POST", "/pay/weixin_prepay", { itemid: "gold_7" })
  await bo.fails(10, "POST", "/pay/weixin_prepay", {})
})

test("a notice that is forged, of another app, of another sum or of nobody's order credits nothing", async () => {
  const { app, weixin } = market
  const bo = await registers(app, "Bo")
  await asks(bo, "gold_300")
  const { number } = await orderOf(bo)
  const refused = async (delivery: Parameters<typeof weixin.pay>[1]) => {
    const answers = await weixin.pay(number, delivery)
    expect(answers.length).toBeGreaterThan(0)
    for (const { body } of answers) expect(body).toContain("FAIL")
    expect(await diamondsOf(bo)).toBe(0)
  }
  await refused({ forged: true })
  await refused({ appId: "wx0000000000000000" })
  expect(await orderOf(bo)).toMatchObject({ state: "created" })
  await refused({ fen: 1 })
  expect(await orderOf(bo)).toMatchObject({ state: "paid", note: expect.stringContaining("3000 fen, paid 1") })

  const stranger = await fetch(`${app.url}/pay/weixin_notify`, { method: "POST", body: "<xml></xml>" })
  expect(await stranger.text()).toContain("FAIL")
})

test("one payment cannot pay for two orders", async () => {
  const { app, weixin } = market
  const bo = await registers(app, "Bo")
  await asks(bo, "gold_60")
  const first = await orderOf(bo)
  await weixin.pay(first.number)
  const { transactionId } = await orderOf(bo)
  await asks(bo, "gold_60")
  const second = await orderOf(bo)
  const answers = await weixin.pay(second.number, { transactionId: transactionId ?? "" })
  expect(answers.at(-1)?.body).toContain("FAIL")
  expect(await diamondsOf(bo)).toBe(60)
})

test("a lost notice is made up for by asking, and what is never paid fails", async () => {
  const { app, weixin } = market
  const bo = await registers(app, "Bo")
  await asks(bo, "gold_60")
  weixin.payQuietly((await orderOf(bo)).number)
  await followUp()
  expect(await diamondsOf(bo)).toBe(0)
  app.pass(2 * minute)
  await followUp()
  expect(await diamondsOf(bo)).toBe(60)

  await asks(bo, "gold_10")
  for (let n = 0; n < 12; n++) {
    app.pass(20 * minute)
    await followUp()
  }
  expect(await orderOf(bo)).toMatchObject({ state: "failed", note: "never paid" })
  await weixin.pay((await orderOf(bo)).number)
  expect(await diamondsOf(bo)).toBe(70)
})

test("while WeChat is down nobody can open an order, and nothing is forgotten", async () => {
  const { app, weixin } = market
  const bo = await registers(app, "Bo")
  await asks(bo, "gold_60")
  weixin.payQuietly((await orderOf(bo)).number)
  await weixin.kill()
  await bo.fails(1, "POST", "/pay/weixin_prepay", { itemid: "gold_60" })
  app.pass(5 * minute)
  await followUp()
  weixin.revive()
  app.pass(5 * minute)
  await followUp()
  expect(await diamondsOf(bo)).toBe(60)
  weixin.mood = "SYSTEMERROR"
  await bo.fails(1, "POST", "/pay/weixin_prepay", { itemid: "gold_60" })
  weixin.mood = "honest"
})

test("a refund takes back what is left, then the rice it made, and the rest is owed and paid from the next purchase", async () => {
  const { app, weixin } = market
  const [ana, bo] = (await Promise.all([registers(app, "Ana"), registers(app, "Bo")])) as [Phone, Phone]
  await asks(bo, "gold_300")
  const { number } = await orderOf(bo)
  await weixin.pay(number)
  await bo.ok("POST", "/gift/send_gift", { giftid: 1, num: 150, revid: ana.uid })
  await bo.ok("POST", "/pay/score_exchange", { diamond: 100 })
  expect((await ana.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ Coupons: 150 })

  weixin.refund(number)
  app.pass(2 * day)
  await followUp()
  expect(await orderOf(bo)).toMatchObject({ state: "refunded", refunds: 1 })
  // 50 were left, 150 came back from the gift, and 100 went into score.
  expect(await diamondsOf(bo)).toBe(0)
  expect((await ana.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ Coupons: 0 })

  await asks(bo, "gold_300")
  await weixin.pay((await orderOf(bo)).number)
  expect(await diamondsOf(bo)).toBe(200)
})

test("version 3 of WeChat Pay does the same", async () => {
  await using second = await openMarket({}, 3)
  const { app, weixin } = second
  const bo = await registers(app, "Bo")
  await bo.ok("POST", "/pay/weixin_prepay", { itemid: "gold_60" })
  const [order] = await app.running.app.db.read.select().from(orders)
  const forged = await weixin.pay(order?.number ?? "", { forged: true })
  expect(forged.every(({ status }) => status >= 400)).toBe(true)
  const answers = await weixin.pay(order?.number ?? "", { times: 2 })
  expect(answers.every(({ status }) => status < 300)).toBe(true)
  expect((await bo.ok("GET", "/action/get/diamond_score"))["diamond"]).toBe(60)
})
