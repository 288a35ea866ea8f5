import { describe, expect, test } from "bun:test"
import { PayRefused, PayUnavailable, type WeixinPay } from "../../src/providers/pay/index.ts"
import { weixinPay } from "../../src/providers/pay/weixin.ts"
import type { WeixinSignType } from "../../src/providers/pay/weixin_sign.ts"
import { weixinPayV3 } from "../../src/providers/pay/weixin_v3.ts"
import { type FakeWeixin, startFakeWeixin } from "../support/fakes/weixin.ts"
import type { Mood } from "../support/fakes/weixin_dialect.ts"

type Terms = { signType?: WeixinSignType; timeout?: number }

const overV2 = (weixin: FakeWeixin, terms: Terms = {}) =>
  weixinPay({ ...weixin, baseUrl: weixin.url, signType: "HMAC-SHA256", now: Date.now, ...terms })
const overV3 = (weixin: FakeWeixin, terms: Terms = {}) =>
  weixinPayV3({ ...weixin, baseUrl: weixin.url, now: Date.now, ...terms })

const orderOf = (number: string, notifyUrl = "http://127.0.0.1:9/pay/weixin_notify") => ({
  number,
  description: "金币 <10> & 更多",
  fen: 600,
  ip: "203.0.113.7",
  notifyUrl,
  expiresAt: Date.now() + 7_200_000,
})

const lies: Mood[] = [
  "SYSTEMERROR",
  "busy",
  "tampered",
  "unsigned",
  "other app",
  "other merchant",
  "other order",
  "garbage",
  "endless",
  "bad gateway",
]

/** The server's end of notices: reads them as the provider does, and turns down the first `unlucky` ones. */
function listener(pay: WeixinPay, unlucky = 0) {
  const heard: unknown[] = []
  let failures = unlucky
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      try {
        const notice = pay.readNotice({ headers: request.headers, body: await request.bytes() })
        if (failures-- > 0) return pay.answerNotice("not now")
        heard.push(notice)
        return pay.answerNotice(undefined)
      } catch (error) {
        heard.push(error)
        return pay.answerNotice("refused")
      }
    },
  })
  return { heard, url: `${server.url.href}pay/weixin_notify`, [Symbol.asyncDispose]: () => server.stop(true) }
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  const error = await promise.then(
    () => new Error("nothing failed"),
    (error) => error,
  )
  expect(error).toBeInstanceOf(Error)
  return error
}

describe.each([
  ["v2 with MD5", 2, (weixin: FakeWeixin, terms?: Terms) => overV2(weixin, { signType: "MD5", ...terms })],
  ["v2 with HMAC-SHA256", 2, overV2],
  ["v3", 3, overV3],
] as const)("WeChat Pay %s", (_, version, provider) => {
  test("a prepared order opens in the app, and opening it again gives the same one", async () => {
    await using weixin = startFakeWeixin({ version })
    const pay = provider(weixin)
    const call = await pay.prepay(orderOf("T20261124-1"))
    expect(weixin.opens(call)).toBe(true)
    expect(weixin.opens({ ...call, prepayId: "wx1" })).toBe(false)
    expect(call).toMatchObject({ appId: weixin.appId, partnerId: weixin.mchId, packageValue: "Sign=WXPay" })
    expect(Math.abs(Number(call.timestamp) - Date.now() / 1_000)).toBeLessThan(60)
    expect(weixin.orders.get("T20261124-1")).toMatchObject({
      description: "金币 <10> & 更多",
      fen: 600,
      state: "NOTPAY",
    })
    expect((await pay.prepay(orderOf("T20261124-1"))).prepayId).toBe(call.prepayId)
  })

  test("a number used for another sum, paid or closed is refused", async () => {
    await using weixin = startFakeWeixin({ version })
    const pay = provider(weixin)
    for (const number of ["paid-1", "closed-1"]) await pay.prepay(orderOf(number))
    const used = await failure(pay.prepay({ ...orderOf("paid-1"), fen: 1 }))
    expect(used).toBeInstanceOf(PayRefused)
    expect(used.message).toContain("OUT_TRADE_NO_USED")
    weixin.payQuietly("paid-1")
    weixin.close("closed-1")
    const paid = await failure(pay.prepay(orderOf("paid-1")))
    expect(paid).toBeInstanceOf(PayRefused)
    expect(paid.message).toContain("ORDERPAID")
    expect(await failure(pay.prepay(orderOf("closed-1")))).toBeInstanceOf(PayRefused)
  })

  test("an order can be asked for through its whole life", async () => {
    await using weixin = startFakeWeixin({ version })
    const pay = provider(weixin)
    expect(await pay.query("life-1")).toEqual({ state: "unknown" })
    await pay.prepay(orderOf("life-1"))
    expect(await pay.query("life-1")).toEqual({ state: "unpaid" })
    weixin.payQuietly("life-1")
    const transactionId = weixin.orders.get("life-1")?.transactionId ?? ""
    expect(await pay.query("life-1")).toEqual({ state: "paid", transactionId, fen: 600 })
    weixin.refund("life-1")
    expect(await pay.query("life-1")).toEqual({ state: "refunded", transactionId, fen: 600 })
    await pay.prepay(orderOf("life-2"))
    weixin.close("life-2")
    expect(await pay.query("life-2")).toEqual({ state: "closed" })
  })

  test("a payment is told until it is taken, and as often as WeChat likes", async () => {
    await using weixin = startFakeWeixin({ version })
    const pay = provider(weixin)
    await using server = listener(pay, 2)
    await pay.prepay(orderOf("told-1", server.url))
    const answers = await weixin.pay("told-1", { times: 2 })
    expect(answers.length).toBe(4)
    const transactionId = weixin.orders.get("told-1")?.transactionId ?? ""
    const notice = { number: "told-1", transactionId, fen: 600 }
    expect(server.heard).toEqual([notice, notice])
  })

  test("a notice that is forged, or of another app, is refused; one of another sum tells that sum", async () => {
    await using weixin = startFakeWeixin({ version })
    const pay = provider(weixin)
    await using server = listener(pay)
    await pay.prepay(orderOf("lies-1", server.url))
    expect((await weixin.pay("lies-1", { forged: true })).length).toBe(5)
    expect((await weixin.pay("lies-1", { appId: "wx0000000000000000" })).length).toBe(5)
    expect((await weixin.pay("lies-1", { fen: 1, transactionId: "4200001" })).length).toBe(1)
    const reasons = server.heard.slice(0, 10)
    expect(reasons.every((reason) => reason instanceof PayRefused)).toBe(true)
    expect(reasons.slice(0, 5).every((reason) => String(reason).includes("not signed"))).toBe(true)
    expect(reasons.slice(5).every((reason) => String(reason).includes("another app"))).toBe(true)
    expect(server.heard[10]).toEqual({ number: "lies-1", transactionId: "4200001", fen: 1 })
  })

  test("a notice of a payment that failed is refused", async () => {
    await using weixin = startFakeWeixin({ version })
    const pay = provider(weixin)
    await pay.prepay(orderOf("failed-1"))
    expect(pay.readNotice(weixin.notice("failed-1"))).toMatchObject({ number: "failed-1" })
    expect(() => pay.readNotice(weixin.notice("failed-1", { worked: false }))).toThrow("not of a payment")
  })

  test("what WeChat did not sign, or cannot say now, is never believed and worth another try", async () => {
    await using weixin = startFakeWeixin({ version })
    const pay = provider(weixin)
    await pay.prepay(orderOf("moody-1"))
    weixin.payQuietly("moody-1")
    for (const mood of lies) {
      weixin.mood = mood
      const asked = await failure(pay.query("moody-1"))
      expect(asked).toBeInstanceOf(PayUnavailable)
      if (mood === "endless") expect(asked.message).toContain("too much")
      if (mood === "bad gateway") expect(asked.message).toContain("502")
      for (const secret of [weixin.apiKey, weixin.apiV3Key]) expect(asked.message).not.toContain(secret)
    }
    for (const mood of ["SYSTEMERROR", "busy", "tampered", "unsigned"] as const) {
      weixin.mood = mood
      expect(await failure(pay.prepay(orderOf("moody-2")))).toBeInstanceOf(PayUnavailable)
    }
    weixin.mood = "honest"
    expect(await pay.query("moody-1")).toMatchObject({ state: "paid" })
  })

  test("what an answer does not say is not guessed at", async () => {
    await using weixin = startFakeWeixin({ version })
    const pay = provider(weixin)
    await pay.prepay(orderOf("strange-1"))
    Object.assign(weixin.orders.get("strange-1") ?? {}, { state: "ACCEPTED" })
    expect(await failure(pay.query("strange-1"))).toBeInstanceOf(PayUnavailable)
    Object.assign(weixin.orders.get("strange-1") ?? {}, { state: "SUCCESS", transactionId: "" })
    expect(await failure(pay.query("strange-1"))).toBeInstanceOf(PayUnavailable)
    Object.assign(weixin.orders.get("strange-1") ?? {}, { state: "NOTPAY", prepayId: "" })
    expect(await failure(pay.prepay(orderOf("strange-1")))).toBeInstanceOf(PayUnavailable)
  })

  test("a slow or dead WeChat is unavailable, and the check says so", async () => {
    await using weixin = startFakeWeixin({ version })
    const pay = provider(weixin, { timeout: 100 })
    expect(await provider(weixin).check()).toBeUndefined()
    weixin.slow(60_000)
    expect(await failure(pay.query("slow-1"))).toBeInstanceOf(PayUnavailable)
    weixin.slow(0)
    await weixin.kill()
    expect(await failure(pay.query("slow-1"))).toBeInstanceOf(PayUnavailable)
    expect(await pay.check()).toContain("cannot be asked")
    weixin.revive()
    expect(await provider(weixin).check()).toBeUndefined()
  })

  test("a redirect is not followed", async () => {
    await using weixin = startFakeWeixin({ version })
    await using detour = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => Response.redirect(weixin.url + new URL(request.url).pathname, 307),
    })
    const pay = provider({ ...weixin, url: `http://127.0.0.1:${detour.port}` })
    expect(await failure(pay.prepay(orderOf("detour-1")))).toBeInstanceOf(PayUnavailable)
    expect(weixin.orders.size).toBe(0)
  })
})
