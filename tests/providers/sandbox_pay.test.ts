import { expect, test } from "bun:test"
import { type PayProviders, PayRefused } from "../../src/providers/pay/index.ts"
import { sandboxPay } from "../../src/providers/pay/sandbox.ts"

const now = 1_785_600_000_000

function providers(): { [Name in keyof PayProviders]-?: NonNullable<PayProviders[Name]> } {
  const { weixin, apple, google } = sandboxPay(() => now)
  if (!weixin || !apple || !google) throw new Error("the sandbox has every provider")
  return { weixin, apple, google }
}

const callback = { headers: new Headers(), body: new Uint8Array() }
const order = {
  number: "0123456789abcdef0123456789abcdef",
  description: "100 diamonds",
  fen: 600,
  ip: "127.0.0.1",
  notifyUrl: "http://127.0.0.1/notify",
  expiresAt: now + 1_000,
}

test("everything says that it is the sandbox, is well and takes no notices", async () => {
  const { weixin, apple, google } = providers()
  for (const provider of [weixin, apple, google]) {
    expect(provider.name).toBe("sandbox")
    expect(await provider.check()).toBeUndefined()
  }
  expect(() => weixin.readNotice(callback)).toThrow(PayRefused)
  await expect(apple.readNotice(callback)).rejects.toThrow(PayRefused)
  await expect(google.readNotice(callback, "")).rejects.toThrow(PayRefused)
  expect(weixin.answerNotice(undefined).status).toBe(200)
  expect(weixin.answerNotice("forged").status).toBe(400)
})

test("a WeChat order is paid as soon as it was prepared", async () => {
  const { weixin } = providers()
  expect(await weixin.query(order.number)).toEqual({ state: "unknown" })
  expect(await weixin.prepay(order)).toEqual({
    appId: "wxsandbox",
    partnerId: "sandbox",
    prepayId: `sandbox-${order.number}`,
    packageValue: "Sign=WXPay",
    nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
    timestamp: "1785600000",
    sign: expect.stringMatching(/^[0-9A-F]{32}$/),
  })
  const paid = { state: "paid", transactionId: `sandbox-${order.number}`, fen: 600 } as const
  expect(await weixin.query(order.number)).toEqual(paid)
  await weixin.prepay(order)
  await expect(weixin.prepay({ ...order, fen: 1 })).rejects.toThrow(PayRefused)
  expect(await weixin.query(order.number)).toEqual(paid)
})

test("only the newest orders are remembered", async () => {
  const { weixin } = providers()
  for (let number = 0; number <= 10_000; number++) await weixin.prepay({ ...order, number: String(number) })
  expect(await weixin.query("0")).toEqual({ state: "unknown" })
  expect(await weixin.query("1")).toMatchObject({ state: "paid" })
  expect(await weixin.query("10000")).toMatchObject({ state: "paid" })
})

test("an Apple receipt names what it buys", async () => {
  const { apple } = providers()
  expect(await apple.verify("sandbox:com.example.live.100:a-1")).toEqual([
    {
      transactionId: "sandbox-a-1",
      productId: "com.example.live.100",
      quantity: 1,
      state: "paid",
      sandbox: true,
      accountTag: undefined,
    },
  ])
  for (const receipt of [
    "",
    "sandbox:",
    "sandbox:a",
    "sandbox:a:",
    "sandbox::b",
    "sandbox:a:b:c",
    "real:a:b",
    "MIIT",
  ]) {
    await expect(apple.verify(receipt)).rejects.toThrow(PayRefused)
  }
  expect(await apple.lookUp("sandbox-a-1", true)).toBeUndefined()
})

test("a Google purchase is believed under any signature, and can be looked up", async () => {
  const { google } = providers()
  const purchase = google.verifySigned('{"productId":"diamond_100","orderId":"GPA.1"}', "any")
  expect(purchase).toEqual({
    transactionId: "sandbox-GPA.1",
    productId: "diamond_100",
    quantity: 1,
    state: "paid",
    sandbox: true,
    accountTag: undefined,
    token: "sandbox-GPA.1",
  })
  expect(await google.lookUp("diamond_100", purchase.token)).toEqual(purchase)
  await google.acknowledge("diamond_100", purchase.token)
  expect(await google.voidedSince(0)).toEqual([])
  for (const data of ["", "[]", '{"productId":"diamond_100"}', '{"productId":"a b","orderId":"1"}']) {
    expect(() => google.verifySigned(data, "any")).toThrow(PayRefused)
  }
  await expect(google.lookUp("diamond_100", "GPA.1")).rejects.toThrow(PayRefused)
  await expect(google.acknowledge("diamond_100", "GPA.1")).rejects.toThrow(PayRefused)
})
