import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { outbox } from "../../src/db/tables.ts"
import { write } from "../../src/db/write.ts"
import { orders } from "../../src/payments/tables.ts"
import { registers } from "../support/cast.ts"
import { googleSecret, type Market, openMarket } from "../support/market.ts"
import type { Phone } from "../support/phone.ts"

let market: Market

beforeAll(async () => {
  market = await openMarket()
})

afterAll(() => market[Symbol.asyncDispose]())

const day = 86_400_000

const diamondsOf = async (phone: Phone) => (await phone.ok("GET", "/action/get/diamond_score"))["diamond"]

const ordersOf = ({ uid }: Phone) =>
  market.app.running.app.db.read.select().from(orders).where(eq(orders.userId, uid)).orderBy(orders.id)

describe("Apple", () => {
  const pays = (phone: Phone, receipt: string) => phone.ok("POST", "/pay/apple_pay", { receipt })

  test("a receipt and a signed transaction credit a purchase once between them, and another account not at all", async () => {
    const { app, apple } = market
    const [bo, cai] = [await registers(app, "Bo"), await registers(app, "Cai")]
    const sold = apple.sell({ productId: "gold_60" })
    const answers = await Promise.all([sold.receipt, sold.jws, sold.receipt, sold.jws].map((proof) => pays(bo, proof)))
    for (const { diamond } of answers) expect(diamond).toBe(60)
    expect(await ordersOf(bo)).toMatchObject([{ provider: "apple", state: "credited", fen: 600, sandbox: false }])
    await cai.fails(31, "POST", "/pay/apple_pay", { receipt: sold.jws })
    await cai.fails(31, "POST", "/pay/apple_pay", { receipt: sold.receipt })
    expect(await diamondsOf(cai)).toBe(0)

    const two = apple.sell({ productId: "gold_10", quantity: 2 })
    expect(await pays(bo, apple.receiptOf([sold.transactionId, two.transactionId]))).toMatchObject({ diamond: 80 })
    expect(await pays(bo, apple.receiptOf([]))).toMatchObject({ diamond: 80 })
  })

  test("what is forged, of another app, unknown here or paid with play money credits nobody", async () => {
    const { app, apple } = market
    const bo = await registers(app, "Bo")
    const refused = (code: number, receipt: string) => bo.fails(code, "POST", "/pay/apple_pay", { receipt })
    const sold = apple.sell({ productId: "gold_60" })
    for (const how of ["self-made root", "borrowed authority", "tampered", "alg none"] as const) {
      await refused(29, await apple.forge(sold.transactionId, how))
    }
    await refused(29, apple.sell({ productId: "gold_60", bundleId: "com.example.other" }).jws)
    await refused(29, apple.sell({ productId: "gold_60", bundleId: "com.example.other" }).receipt)
    await refused(27, apple.sell({ productId: "gold_7" }).jws)
    await refused(29, "no receipt")
    await refused(10, "")
    const played = apple.sell({ productId: "gold_60", sandbox: true })
    await refused(29, played.jws)
    await refused(29, played.receipt)
    apple.mood = "dead"
    await refused(1, sold.receipt)
    apple.mood = "well"
    expect(await diamondsOf(bo)).toBe(0)
    expect(await ordersOf(bo)).toEqual([])
  })

  test("play money credits a test account, and the rice it makes is bonus rice", async () => {
    const { app, apple } = market
    const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
    await write(app.running.app, (tx) =>
      tx.update(users).set({ isTest: true }).where(eq(users.id, bo.uid)).returning({ id: users.id }),
    )
    await pays(bo, apple.sell({ productId: "gold_60", sandbox: true }).receipt)
    await bo.ok("POST", "/gift/send_gift", { giftid: 1, num: 60, revid: ana.uid })
    expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ rice: 60, all_money: 0 })
  })

  test("a notice takes a refunded purchase back once, and gives it again when the refund is reversed", async () => {
    const { app, apple } = market
    const bo = await registers(app, "Bo")
    const { transactionId, jws } = apple.sell({ productId: "gold_300" })
    await pays(bo, jws)
    const address = `${app.url}/pay/apple_notify`
    apple.refund(transactionId)
    const refunds = await Promise.all([1, 2, 3].map(() => apple.notify(address, "REFUND", transactionId, "once")))
    expect(refunds.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await diamondsOf(bo)).toBe(0)
    expect(await ordersOf(bo)).toMatchObject([{ state: "refunded", refunds: 1 }])
    // A late notice of the purchase itself changes nothing.
    await apple.notify(address, "ONE_TIME_CHARGE", transactionId)
    expect(await pays(bo, jws)).toMatchObject({ diamond: 0 })

    apple.restore(transactionId)
    await apple.notify(address, "REFUND_REVERSED", transactionId, "back")
    await apple.notify(address, "REFUND_REVERSED", transactionId, "back")
    expect(await diamondsOf(bo)).toBe(300)
    await apple.notify(address, "REFUND", transactionId, "once")
    expect(await diamondsOf(bo)).toBe(300)
    const body = JSON.stringify({ signedPayload: await apple.forge(transactionId, "self-made root") })
    expect((await fetch(address, { method: "POST", body })).status).toBe(401)
  })
})

test("a refund that was reversed and made again stands, in whatever order its three notices come", async () => {
  const { app, apple } = market
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]
  for (const order of orders) {
    const bo = await registers(app, "Bo")
    const { transactionId, jws } = apple.sell({ productId: "gold_300" })
    await bo.ok("POST", "/pay/apple_pay", { receipt: jws })
    const notices = ["REFUND", "REFUND_REVERSED", "REFUND"].map((type) => {
      if (type === "REFUND") apple.refund(transactionId)
      else apple.restore(transactionId)
      return apple.noticeOf(type, transactionId)
    })
    for (const place of order) {
      await fetch(`${app.url}/pay/apple_notify`, { method: "POST", body: notices[place] ?? "" })
    }
    expect([order, await diamondsOf(bo)]).toEqual([order, 0])
    expect(await ordersOf(bo)).toMatchObject([{ state: "refunded" }])
  }
})

test("a refund that comes before the purchase itself is not forgotten", async () => {
  const { app, apple, google } = market
  const bo = await registers(app, "Bo")
  const sold = apple.sell({ productId: "gold_300" })
  apple.refund(sold.transactionId)
  expect((await apple.notify(`${app.url}/pay/apple_notify`, "REFUND", sold.transactionId)).status).toBe(200)
  await bo.fails(29, "POST", "/pay/apple_pay", { receipt: sold.jws })
  apple.restore(sold.transactionId)
  await apple.notify(`${app.url}/pay/apple_notify`, "REFUND_REVERSED", sold.transactionId)
  expect(await bo.ok("POST", "/pay/apple_pay", { receipt: sold.jws })).toMatchObject({ diamond: 300 })

  const played = google.sell({ productId: "gold_60" })
  google.refund(played.token)
  await app.running.jobs.runNow("payments.follow_up_google")
  const { data: purchase_data, signature } = played
  await bo.fails(29, "POST", "/pay/google_pay", { purchase_data, signature })
  expect(await diamondsOf(bo)).toBe(300)
})

test("a lost notice of Apple's refund is made up for by asking, where there is a key for that", async () => {
  const { app, apple } = market
  const bo = await registers(app, "Bo")
  const sold = apple.sell({ productId: "gold_300" })
  await bo.ok("POST", "/pay/apple_pay", { receipt: sold.jws })
  apple.refund(sold.transactionId)
  await app.running.jobs.runNow("payments.follow_up_apple")
  expect(await diamondsOf(bo)).toBe(300)
  app.pass(day)
  await app.running.jobs.runNow("payments.follow_up_apple")
  expect(await diamondsOf(bo)).toBe(0)
})

test("a call that is repeated under its number gets the first answer again, and a refused one may be mended", async () => {
  const { app, apple } = market
  const bo = await registers(app, "Bo")
  const open = { productId: "gold_60", request_id: "open" }
  const first = await bo.ok("POST", "/pay/google_pay", open)
  expect((await bo.ok("POST", "/pay/google_pay", open))["weixin"]).toEqual(first["weixin"])
  await bo.fails(31, "POST", "/pay/google_pay", { ...open, productId: "gold_10" })
  expect(await ordersOf(bo)).toHaveLength(1)

  await bo.fails(29, "POST", "/pay/apple_pay", { receipt: "nonsense", request_id: "buy" })
  const { jws: receipt } = apple.sell({ productId: "gold_60" })
  const bought = await bo.ok("POST", "/pay/apple_pay", { receipt, request_id: "buy" })
  await bo.ok("POST", "/gift/send_gift", { giftid: 1, num: 60, revid: (await registers(app, "Ana")).uid })
  expect(await bo.ok("POST", "/pay/apple_pay", { receipt, request_id: "buy" })).toEqual(bought)
})

test("a purchase that nobody paid for makes no rice that could be withdrawn", async () => {
  const { app, apple } = market
  const bo = await registers(app, "Bo")
  const payload = JSON.parse(
    Buffer.from(apple.sell({ productId: "gold_60" }).jws.split(".")[1] ?? "", "base64url").toString(),
  )
  const receipt = apple.signer.sign({ ...payload, price: 0, offerType: 3 })
  expect(await bo.ok("POST", "/pay/apple_pay", { receipt })).toMatchObject({ diamond: 60 })
  expect(await ordersOf(bo)).toMatchObject([{ sandbox: true }])
})

test("play money that was refunded and given again is no more than it was", async () => {
  const { app, apple } = market
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await write(app.running.app, (tx) =>
    tx.update(users).set({ isTest: true }).where(eq(users.id, bo.uid)).returning({ id: users.id }),
  )
  const { transactionId, receipt } = apple.sell({ productId: "gold_60", sandbox: true })
  await bo.ok("POST", "/pay/apple_pay", { receipt })
  await bo.ok("POST", "/gift/send_gift", { giftid: 1, num: 50, revid: ana.uid })
  const address = `${app.url}/pay/apple_notify`
  apple.refund(transactionId)
  await apple.notify(address, "REFUND", transactionId)
  expect(await diamondsOf(bo)).toBe(0)
  apple.restore(transactionId)
  await apple.notify(address, "REFUND_REVERSED", transactionId)
  expect(await diamondsOf(bo)).toBe(10)
})

test("a refund of a gift given at midnight takes back the rice of the day it was earned on", async () => {
  const { app, apple } = market
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const { transactionId, jws } = apple.sell({ productId: "gold_60" })
  await bo.ok("POST", "/pay/apple_pay", { receipt: jws })
  // Ten seconds before midnight in Shanghai.
  app.pass(day - ((app.running.app.now() + 8 * 3_600_000) % day) - 10_000)
  for (let n = 0; n < 20; n++) {
    app.pass(1_000)
    await bo.ok("POST", "/gift/send_gift", { giftid: 1, num: 3, revid: ana.uid })
  }
  apple.refund(transactionId)
  await apple.notify(`${app.url}/pay/apple_notify`, "REFUND", transactionId)
  expect((await ana.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ Coupons: 0 })
  expect(await ordersOf(bo)).toMatchObject([{ state: "refunded" }])
})

describe("Google", () => {
  const pays = (phone: Phone, { data, signature }: { data: string; signature: string }, more = {}) =>
    phone.ok("POST", "/pay/google_pay", { purchase_data: data, signature, ...more })

  test("the documented call opens an order, and the purchase credits once, however it is proved", async () => {
    const { app, google } = market
    const [bo, cai] = [await registers(app, "Bo"), await registers(app, "Cai")]
    const { weixin } = await bo.ok("POST", "/pay/google_pay", { productId: "gold_60" })
    expect(weixin).toMatchObject({ Prepayid: expect.stringMatching(/^[0-9a-f]{32}$/), Noncestr: expect.any(String) })
    const sold = google.sell({ productId: "gold_60" })
    const byToken = { productId: "gold_60", purchase_token: sold.token }
    const answers = await Promise.all([pays(bo, sold), bo.ok("POST", "/pay/google_pay", byToken), pays(bo, sold)])
    for (const { diamond } of answers) expect(diamond).toBe(60)
    await app.running.app.outbox.deliverDue()
    expect(google.acknowledged(sold.token)).toBeGreaterThan(0)
    await cai.fails(31, "POST", "/pay/google_pay", byToken)
    await bo.fails(27, "POST", "/pay/google_pay", { productId: "gold_7" })
    await bo.fails(10, "POST", "/pay/google_pay", {})
    await bo.fails(10, "POST", "/pay/google_pay", { purchase_data: sold.data })
  })

  test("one number of a call proves one purchase", async () => {
    const { app, google } = market
    const bo = await registers(app, "Bo")
    await pays(bo, google.sell({ productId: "gold_10" }), { request_id: "g1" })
    const other = google.sell({ productId: "gold_60" })
    await bo.fails(31, "POST", "/pay/google_pay", {
      purchase_data: other.data,
      signature: other.signature,
      request_id: "g1",
    })
    expect(await diamondsOf(bo)).toBe(10)
  })

  test("what is forged, of another app, pending or play money credits nobody", async () => {
    const { app, google } = market
    const bo = await registers(app, "Bo")
    const refused = (code: number, { data, signature }: { data: string; signature: string }) =>
      bo.fails(code, "POST", "/pay/google_pay", { purchase_data: data, signature })
    await refused(29, google.sell({ productId: "gold_60", forged: true }))
    await refused(29, google.sell({ productId: "gold_60", packageName: "com.example.other" }))
    await refused(29, google.sell({ productId: "gold_60", test: true }))
    const pending = google.sell({ productId: "gold_60", pending: true })
    await refused(29, pending)
    await bo.fails(29, "POST", "/pay/google_pay", { productId: "gold_60", purchase_token: "nobody's" })
    google.mood = "dead"
    await refused(1, google.sell({ productId: "gold_60" }))
    google.mood = "well"
    expect(await diamondsOf(bo)).toBe(0)
    await pays(bo, google.settle(pending.token))
    expect(await diamondsOf(bo)).toBe(60)
  })

  test("refunds are heard of by a notice, and by asking when it was lost", async () => {
    const { app, google } = market
    const bo = await registers(app, "Bo")
    const [one, two] = [google.sell({ productId: "gold_60" }), google.sell({ productId: "gold_300" })]
    await pays(bo, one)
    await pays(bo, two)
    google.refund(one.token)
    const notify = (secret: string) =>
      google.notify(`${app.url}/pay/google_notify/${secret}`, "voided", one.token, "m1")
    expect((await notify("a-guess")).status).toBe(401)
    expect(await diamondsOf(bo)).toBe(360)
    expect((await notify(googleSecret)).status).toBe(204)
    expect((await notify(googleSecret)).status).toBe(204)
    expect(await diamondsOf(bo)).toBe(300)
    google.refund(two.token)
    await app.running.jobs.runNow("payments.follow_up_google")
    expect(await diamondsOf(bo)).toBe(0)
    expect((await ordersOf(bo)).map(({ state }) => state)).toEqual(["refunded", "refunded"])
  })
})

test("without an account to ask Play with, its purchases count as given: nobody would hear of a refund", async () => {
  await using shop = await openMarket({ GOOGLE_SERVICE_ACCOUNT: "" })
  const bo = await registers(shop.app, "Bo")
  const { data: purchase_data, signature } = shop.google.sell({ productId: "gold_60" })
  expect(await bo.ok("POST", "/pay/google_pay", { purchase_data, signature })).toMatchObject({ diamond: 60 })
  const [order] = await shop.app.running.app.db.read.select().from(orders)
  expect(order).toMatchObject({ state: "credited", sandbox: true })
  await shop.app.running.app.outbox.deliverDue()
  expect(shop.google.acknowledged(shop.google.sell({ productId: "gold_10" }).token)).toBe(0)
  expect(await shop.app.running.app.db.read.select().from(outbox)).toEqual([])
})

test("without a provider the call says so, and a vendor's notice is to be brought again", async () => {
  await using bare = await openMarket({ WEIXIN_MCH_ID: "", APPLE_BUNDLE_ID: "", GOOGLE_PACKAGE: "" })
  const bo = await registers(bare.app, "Bo")
  await bo.fails(1, "POST", "/pay/weixin_prepay", { itemid: "gold_60" })
  await bo.fails(1, "POST", "/pay/apple_pay", { receipt: "r" })
  await bo.fails(1, "POST", "/pay/google_pay", { productId: "gold_60" })
  for (const path of ["weixin_notify", "apple_notify", "google_notify/secret"]) {
    expect((await fetch(`${bare.app.url}/pay/${path}`, { method: "POST", body: "{}" })).status).toBe(503)
  }
})

test("the sandbox sells for nothing, says so, and keeps away from real providers", async () => {
  const noShops = { WEIXIN_APP_ID: "", WEIXIN_MCH_ID: "", APPLE_BUNDLE_ID: "", GOOGLE_PACKAGE: "" }
  await using play = await openMarket({ ...noShops, SANDBOX: "1" })
  const bo = await registers(play.app, "Bo")
  await bo.ok("POST", "/pay/weixin_prepay", { itemid: "gold_60" })
  play.app.pass(120_000)
  await play.app.running.jobs.runNow("payments.follow_up_weixin")
  expect(await diamondsOf(bo)).toBe(60)
  expect(await bo.call("GET", "/healthz")).toMatchObject({ sandbox: true })
  await expect(openMarket({ SANDBOX: "1" })).rejects.toThrow("SANDBOX")
})
