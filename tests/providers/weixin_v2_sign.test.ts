import { expect, test } from "bun:test"
import { type Callback, PayUnavailable } from "../../src/providers/pay/index.ts"
import { weixinPay } from "../../src/providers/pay/weixin.ts"
import { isWeixinSigned, weixinSign } from "../../src/providers/pay/weixin_sign.ts"
import { startFakeWeixin } from "../support/fakes/weixin.ts"
import { publishedSign } from "../support/fakes/weixin_v2.ts"

const key = "192006250b4c09247ec02edce69f6a2d"
const appid = "wxd930ea5d5a258f4f"
const documented = { appid, body: "test", device_info: "1000", mch_id: "10000100", nonce_str: "ibuaiVcKdpRxkhJA" }
const app = {
  appid,
  noncestr: "ibuaiVcKdpRxkhJA",
  package: "Sign=WXPay",
  partnerid: "10000100",
  prepayid: "wx201411102639507cbf6ffd8b0779950874",
  timestamp: "1412000000",
}
const order = {
  appid,
  body: "金币 10",
  mch_id: "10000100",
  nonce_str: "n1",
  notify_url: "https://example.com/wx/notify",
  out_trade_no: "T1",
  spbill_create_ip: "127.0.0.1",
  total_fee: "1",
  trade_type: "APP",
}
const notice = {
  appid,
  attach: "gold_10",
  bank_type: "CFT",
  cash_fee: "100",
  fee_type: "CNY",
  is_subscribe: "N",
  mch_id: "10000100",
  nonce_str: "5d2b6c2a8db53831f7eda20af46e531c",
  openid: "oUpF8uMEb4qRXf22hE3X68TekukE",
  out_trade_no: "1409811653",
  result_code: "SUCCESS",
  return_code: "SUCCESS",
  time_end: "20140903131540",
  total_fee: "100",
  trade_type: "APP",
  transaction_id: "1004400740201409030005092168",
}
const noticeSigns = [
  "1DB1159B7884054B874DFF10CDBFF5BC",
  "E66A60A94544663A185A5101BE15CC8D1097EB25BF681A14B163216460009D6D",
] as const
const pay = weixinPay({
  baseUrl: "http://127.0.0.1:9",
  appId: appid,
  mchId: "10000100",
  apiKey: key,
  signType: "MD5",
  now: Date.now,
})
const callback = (xml: string): Callback => ({ headers: new Headers(), body: Buffer.from(xml) })
const elements = (fields: Record<string, string>) =>
  Object.entries(fields)
    .map(([name, text]) => `<${name}><![CDATA[${text}]]></${name}>`)
    .join("\n")
const signed = (fields: Record<string, string>): Record<string, string> => ({
  ...fields,
  sign: publishedSign(fields, key, "MD5"),
})
const told = { number: "1409811653", transactionId: "1004400740201409030005092168", fen: 100 }

test.each([
  [documented, "9A0A8659F005D6984697E2CA0A9CF3B7", "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"],
  [app, "691951A7FF3C4EE4E9AED86351C3F9BE", "20358356408855C81FC944D27C3927616EEAB034D9CFF11DB23AB78722CD9A54"],
  [order, "AC7C4A32AE69496DE01DEDF47D676D95", "A802106E45CDEA40ECFD65B36CADC6240D36CC6A1B119DE2CCBC044EF71C2CED"],
  [notice, ...noticeSigns],
])("a signature is the published one %#", (fields: Record<string, string>, md5: string, hmac: string) => {
  // What is empty, and the signature itself, are not signed.
  const all = { ...fields, attach: fields["attach"] ?? "", sign: "0" }
  expect(weixinSign(all, key, "MD5")).toBe(md5)
  expect(weixinSign(all, key, "HMAC-SHA256")).toBe(hmac)
  for (const sign of [md5, hmac]) {
    expect(isWeixinSigned({ ...fields, sign }, key)).toBe(true)
    expect(isWeixinSigned({ ...fields, sign: sign.toLowerCase() }, key)).toBe(false)
    expect(isWeixinSigned({ ...fields, sign, more: "1" }, key)).toBe(false)
  }
  expect(isWeixinSigned(fields, key)).toBe(false)
})

test("a published notice is let in, signed either way", () => {
  for (const sign of noticeSigns) {
    expect(pay.readNotice(callback(`<xml>${elements({ ...notice, sign })}</xml>`))).toEqual(told)
  }
})

test("a signature covers every text as it stands, escaped or in CDATA, and fields nobody knows", () => {
  const odd = signed({ ...notice, attach: " a & <b> 007 ", coupon_fee_0: "01" })
  const { attach: _, ...others } = odd
  const escaped = `<attach> a &amp; &lt;b&gt; 007 </attach>`
  expect(pay.readNotice(callback(`<xml>${elements(odd)}</xml>`))).toEqual(told)
  expect(pay.readNotice(callback(`<?xml version="1.0"?>\n<xml>${elements(others)}${escaped}</xml>\n`))).toEqual(told)
  expect(() => pay.readNotice(callback(`<xml>${elements(odd)}<coupon_fee_1>1</coupon_fee_1></xml>`))).toThrow(
    "not signed",
  )
})

test("a right signature does not save a document that is more than flat XML", () => {
  const fields = elements(signed(notice))
  const { total_fee: _, ...others } = signed(notice)
  const documents = [
    `<!DOCTYPE xml [<!ENTITY fee SYSTEM "file:///etc/passwd">]><xml>${fields}</xml>`,
    `<!DOCTYPE xml [<!ENTITY fee "100">]><xml>${elements(others)}<total_fee>&fee;</total_fee></xml>`,
    `<!doctype xml><xml>${fields}</xml>`,
    `<xml>${fields}<!-- aside --></xml>`,
    `<xml>${fields}<total_fee>100</total_fee></xml>`,
    `<xml>${elements(others)}<total_fee unit="fen">100</total_fee></xml>`,
    `<xml>${elements(others)}<total_fee><fen>100</fen></total_fee></xml>`,
    `<xml>${fields}and more</xml>`,
    `<xml>${fields}</xml><xml>${fields}</xml>`,
    `<order>${fields}</order>`,
    `<xml>${fields}`,
    `<xml>${"<a>".repeat(10_000)}`,
    "",
    JSON.stringify(notice),
  ]
  for (const xml of documents) expect(() => pay.readNotice(callback(xml))).toThrow("cannot be read")
  const broken = Buffer.concat([Buffer.from(`<xml>${fields}<x>`), Buffer.from([0xff]), Buffer.from("</x></xml>")])
  expect(() => pay.readNotice({ headers: new Headers(), body: broken })).toThrow("cannot be read")
})

test("a right signature does not save a document of more than 64 KiB", () => {
  const sized = (length: number) => `<xml>${elements(signed({ ...notice, attach: "x".repeat(length) }))}</xml>`
  expect(pay.readNotice(callback(sized(60_000)))).toEqual(told)
  expect(() => pay.readNotice(callback(sized(65_536)))).toThrow("cannot be read")
})

test.each([
  ["failed", { ...notice, result_code: "FAIL" }],
  ["was never said to have worked", { ...notice, return_code: "" }],
  ["has no number of WeChat's", { ...notice, transaction_id: "" }],
  ["has no number of ours", { ...notice, out_trade_no: "" }],
  ["has a sum that is none", { ...notice, total_fee: "1e9" }],
  ["is in other money", { ...notice, fee_type: "USD" }],
])("a notice makes no payment when it %s", (_, fields) => {
  expect(() => pay.readNotice(callback(`<xml>${elements(signed(fields))}</xml>`))).toThrow("not of a payment")
})

test("a notice for another merchant is not for us", () => {
  const other = signed({ ...notice, mch_id: "10000101" })
  expect(() => pay.readNotice(callback(`<xml>${elements(other)}</xml>`))).toThrow("another app")
})

test("a notice is answered in the words WeChat waits for", async () => {
  expect(await pay.answerNotice(undefined).text()).toBe(
    "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>",
  )
  const failure = await pay.answerNotice("a ]]> in it").text()
  expect(failure).toContain("<return_code><![CDATA[FAIL]]></return_code>")
  expect(failure).toContain("<![CDATA[a ]]]]><![CDATA[> in it]]>")
})

test("the wrong key gets no answer, and the check says why", async () => {
  await using weixin = startFakeWeixin({ version: 2 })
  const apiKey = "0123456789abcdef0123456789abcdef"
  const stranger = weixinPay({ ...weixin, baseUrl: weixin.url, signType: "MD5", now: Date.now, apiKey })
  await expect(stranger.query("key-1")).rejects.toBeInstanceOf(PayUnavailable)
  expect(await stranger.check()).toContain("签名错误")
})
