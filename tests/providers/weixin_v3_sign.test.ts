import { expect, test } from "bun:test"
import { createPublicKey, type KeyObject } from "node:crypto"
import { PayUnavailable } from "../../src/providers/pay/index.ts"
import { weixinPayV3 } from "../../src/providers/pay/weixin_v3.ts"
import { isSignedByWeixin, openResource } from "../../src/providers/pay/weixin_v3_sign.ts"
import { type FakeWeixin, startFakeWeixin } from "../support/fakes/weixin.ts"

const overV3 = (weixin: FakeWeixin, terms: { apiV3Key?: string; now?: () => number } = {}) =>
  weixinPayV3({ ...weixin, baseUrl: weixin.url, now: Date.now, ...terms })

const order = {
  number: "probe-1",
  description: "金币 10",
  fen: 600,
  ip: "203.0.113.7",
  notifyUrl: "http://127.0.0.1:9/pay/weixin_notify",
  expiresAt: Date.now() + 7_200_000,
}

const published = {
  headers: new Headers({
    "Wechatpay-Timestamp": "1624523846",
    "Wechatpay-Nonce": "EcZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBz",
    "Wechatpay-Serial": "D7CE59D1F522D701",
    "Wechatpay-Signature":
      "tJHIiIS9eB2hAYstmAmbbD3ZE5LiIm/Ug5tuL4fC0YOFRWIHV39UFIZXC0e9Wl6lBu6sKvkqDkzpqzBsVHyXFlbYZTOQrVdG4b6LfTnK4mikv9++ixJMd3vTf2yCqvBkh98zs3Ds5zsYQakzbcwhmw4fMJs4nPLws28H0UW9FjDR//rxELLwXvV1VEA1IBLX70xptjL8hrfUjEE8kkry6yNJTHZRU8CAc7qHli2Ng1V1qb9ARbK8A3ThmFmPQvRGrapI/jS2laKKgYUmfdEdkNO6B2Cke5e8VTxY406ArAmQ90GAihDwIcb16TQMnzCMBoutnwZKNiKRACrFmtxw2Q==",
  }),
  body: Buffer.from(
    `{"id":"3119dfba-e649-5eec-ab1e-3412bc4d2e17","create_time":"2021-06-24T16:37:26+08:00","resource_type":"encrypt-resource","event_type":"PAYSCORE.USER_OPEN_SERVICE","summary":"签约成功","resource":{"original_type":"payscore","algorithm":"AEAD_AES_256_GCM","ciphertext":"YDS3lKPaC4Y52Gf3uhft5qUBlIa8b428AWTtTauHQfQrRw+X1WpiuHIDy0vo1Vd6VEq67aVyqPdDYMkRVSDaZL3iZttevRMOoPKMifozg6XPWjIZumks/GpT48lI4NizyeaqLBokNebthah3o1H76qSlO9NkDjp9bzmKLEYYH9TEklFUpsvPqOTOcgSLgh21YJXYR7dEBXFgRLiNIKRgO5JdXh1hccRUAlyVWxE54PXpnQ==","associated_data":"payscore","nonce":"Kj7QIyUiYx1q"}}`,
  ),
}
const pem = `-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2VCTd91fnUn73Xy9DLvt/V62TVxRTEEstVdeRaZ3B3leO0pldE806mXO4RwdHXagHQ4vGeZN0yqm++rDsGK+U3AH7kejyD2pXshNP9Cq5YwbptiLGtjcquw4HNxJQUOmDeJf2vg6byms9RUipiq4SzbJKqJFlUpbuIPDpSpWz10PYmyCNeDGUUK65E5h2B834uxl1zNLYQCrkdBzb8oUxwYeP5a2DNxmjL5lsJML7DGr5znsevnoqGRwTm9fxCGfy8wus7hwKz6clt3Whmmda7UAdb1c08hEQFVRbF14AR73xbnd8N0obCWJPCbzMCtkaSef4FdEEgEXJiw0VAJT8wIDAQAB\n-----END PUBLIC KEY-----`
const at = 1_624_523_846_000
const keys = new Map<string, KeyObject>([["D7CE59D1F522D701", createPublicKey(pem)]])
const withHeader = (name: string, text: string) => {
  const headers = new Headers(published.headers)
  headers.set(name, text)
  return { ...published, headers }
}

test("the published notice is verified within five minutes, and nothing that differs from it", () => {
  for (const away of [0, 300_000, -300_000]) expect(isSignedByWeixin(published, keys, at + away)).toBe(true)
  for (const away of [301_000, -301_000]) expect(isSignedByWeixin(published, keys, at + away)).toBe(false)
  const signature = published.headers.get("wechatpay-signature")
  const changed = [
    { ...published, body: Buffer.from(published.body.toString().replace("签约", "解约")) },
    { ...published, headers: new Headers() },
    withHeader("wechatpay-nonce", "EcZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBy"),
    withHeader("wechatpay-timestamp", "1624523847"),
    withHeader("wechatpay-timestamp", "now"),
    withHeader("wechatpay-serial", "D7CE59D1F522D702"),
    withHeader("wechatpay-signature", ""),
    withHeader("wechatpay-signature", `WECHATPAY/SIGNTEST/${signature}`),
    withHeader("wechatpay-signature", `WECHATPAY/SIGNTEST/${signature?.slice(19)}`),
  ]
  for (const callback of changed) expect(isSignedByWeixin(callback, keys, at)).toBe(false)
})

test("the published resources open, and none that was changed", () => {
  const { resource } = JSON.parse(published.body.toString())
  expect(JSON.parse(openResource(resource, Buffer.from("testMchAPIv3Key0")))).toMatchObject({
    mchid: "1234567890",
    out_contract_code: "21640bdbd08e473e828f3206a2741c6e",
  })
  const key = Buffer.from("0123456789abcdef0123456789abcdef")
  const sealed = {
    nonce: "fdasfjihihih",
    associated_data: "transaction",
    ciphertext:
      "TYpf7zPM/SoR80FY+vRcmlgS2w7Er9I/DdD+D9XBVXVqsIHu0tB4XUsIhwBQ6VAiLvHF6auXYPGHzwrVzyNETXxeJdHy/cdJwksKh0ejiPMvfbKNbs0VaADv1jc4VOGj8KSKf7xcyizxd7aSSw==",
  }
  expect(openResource(sealed, key)).toBe(
    '{"mchid":"1900006XXX","out_trade_no":"T1","trade_state":"SUCCESS","transaction_id":"4200001"}',
  )
  for (const lie of [{ associated_data: "refund" }, { nonce: "fdasfjihihii" }, { ciphertext: "TYpf" }]) {
    expect(() => openResource({ ...sealed, ...lie }, key)).toThrow()
  }
})

test("a signed notice of something else makes no payment", async () => {
  await using weixin = startFakeWeixin({ version: 3 })
  const pay = overV3({ ...weixin, platformKeys: { D7CE59D1F522D701: pem } }, { now: () => at })
  expect(() => pay.readNotice(published)).toThrow("not of a payment")
  const late = overV3({ ...weixin, platformKeys: { D7CE59D1F522D701: pem } }, { now: () => at + 301_000 })
  expect(() => late.readNotice(published)).toThrow("not signed")
})

test("a real notice is refused with a probe's signature, another key or five minutes later", async () => {
  await using weixin = startFakeWeixin({ version: 3 })
  const pay = overV3(weixin)
  await pay.prepay(order)
  const notice = weixin.notice("probe-1")
  expect(pay.readNotice(notice)).toMatchObject({ number: "probe-1", fen: 600 })
  expect(() => overV3(weixin, { now: () => Date.now() + 302_000 }).readNotice(notice)).toThrow("not signed")
  expect(() => overV3(weixin, { apiV3Key: "0".repeat(32) }).readNotice(notice)).toThrow("cannot be opened")
  const signature = notice.headers.get("wechatpay-signature")
  notice.headers.set("wechatpay-signature", `WECHATPAY/SIGNTEST/${signature}`)
  expect(() => pay.readNotice(notice)).toThrow("not signed")
})

test("a reply of more than five minutes ago is not believed", async () => {
  let ahead = 0
  await using weixin = startFakeWeixin({ version: 3, now: () => Date.now() + ahead })
  const pay = overV3(weixin)
  expect(await pay.query("clock-1")).toEqual({ state: "unknown" })
  ahead = -302_000
  await expect(pay.query("clock-1")).rejects.toBeInstanceOf(PayUnavailable)
})

test("a notice is answered with nothing, or with a failure that makes WeChat try again", async () => {
  await using weixin = startFakeWeixin({ version: 3 })
  const pay = overV3(weixin)
  expect(pay.answerNotice(undefined).status).toBe(204)
  const refused = pay.answerNotice("no such order")
  expect(refused.status).toBe(500)
  expect(await refused.json()).toEqual({ code: "FAIL", message: "no such order" })
})

test("the key needs 32 characters from the start", async () => {
  await using weixin = startFakeWeixin({ version: 3 })
  expect(() => overV3(weixin, { apiV3Key: "testMchAPIv3Key0" })).toThrow("32 characters")
})
