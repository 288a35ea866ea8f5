import { describe, expect, test } from "bun:test"
import { aliyunSms } from "../../src/providers/sms/aliyun.ts"
import { aliyunRequest } from "../../src/providers/sms/aliyun_sign.ts"
import { SmsNotSent, SmsRefused } from "../../src/providers/sms/index.ts"
import { mobSms } from "../../src/providers/sms/mob.ts"
import { twilioSms } from "../../src/providers/sms/twilio.ts"
import { zoneOf } from "../../src/providers/sms/zone.ts"
import { type FakeAliyunSms, startFakeAliyunSms } from "../support/fakes/aliyun_sms.ts"
import { type FakeMob, startFakeMob } from "../support/fakes/mob.ts"
import { type FakeTwilio, startFakeTwilio } from "../support/fakes/twilio.ts"
import { badMoods } from "../support/fakes/vendor.ts"

const timeout = 1_000
const message = { tel: "13800138000", code: "012345", purpose: "register" }

const failureOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error("it worked"),
    (error: Error) => error,
  )

/** Sure not to have been sent, by what each mood means for a message. */
const surelyNotSent = ["busy"]

describe("Aliyun", () => {
  const smsOf = (vendor: FakeAliyunSms, terms: object = {}) => {
    const { url, keyId, keySecret, sign, template } = vendor
    return aliyunSms({ url, keyId, keySecret, sign, template, now: Date.now, timeout, ...terms })
  }

  const keys = { keyId: "YourAccessKeyId", keySecret: "YourAccessKeySecret" }
  const moment = { date: "2023-10-26T10:22:32Z", nonce: "3156853299f313e23d1673dc12e1703d" }

  test("is signed to as its documents do", () => {
    const { headers } = aliyunRequest(keys, {
      ...moment,
      host: "ecs.cn-shanghai.aliyuncs.com",
      action: "RunInstances",
      version: "2014-05-26",
      parameters: { RegionId: "cn-shanghai", ImageId: "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd" },
    })
    const signed = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
    const signature = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    expect(headers["Authorization"]).toBe(
      `ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=${signed},Signature=${signature}`,
    )
  })

  test("is signed to with Chinese and JSON in a message", () => {
    const { headers, query } = aliyunRequest(keys, {
      ...moment,
      host: "dysmsapi.aliyuncs.com",
      action: "SendSms",
      version: "2017-05-25",
      parameters: {
        PhoneNumbers: "13800138000",
        SignName: "测试",
        TemplateCode: "SMS_1",
        TemplateParam: '{"code":"1234"}',
      },
    })
    expect(query).toContain(
      "SignName=%E6%B5%8B%E8%AF%95&TemplateCode=SMS_1&TemplateParam=%7B%22code%22%3A%221234%22%7D",
    )
    expect(headers["Authorization"]).toEndWith("46a7cef9ac077bde283d2498325946c9ae826af788010f4b8032dd3129713e5c")
  })

  test("sends to mainland numbers and to others", async () => {
    await using vendor = await startFakeAliyunSms()
    const sms = smsOf(vendor)
    await sms.send(message)
    await sms.send({ ...message, tel: "+85251234567" })
    expect(vendor.sent).toEqual([
      { tel: "13800138000", code: "012345" },
      { tel: "85251234567", code: "012345" },
    ])
    expect(await sms.check()).toBeUndefined()
    expect(vendor.sent).toHaveLength(2)
  })

  test("says no inside a 200, or with a status", async () => {
    await using vendor = await startFakeAliyunSms()
    vendor.outcome = "isv.BUSINESS_LIMIT_CONTROL"
    const limited = await failureOf(smsOf(vendor).send(message))
    expect(limited).toBeInstanceOf(SmsRefused)
    expect(limited.message).toBe("Aliyun answered isv.BUSINESS_LIMIT_CONTROL")
    expect(await smsOf(vendor).check()).toBeUndefined()
    vendor.outcome = "OK"
    for (const terms of [{ keySecret: "wrong" }, { keyId: "nobody" }, { template: "SMS_0" }, { sign: "别人" }]) {
      expect(await failureOf(smsOf(vendor, terms).send(message))).toBeInstanceOf(SmsRefused)
    }
    expect(await smsOf(vendor, { keySecret: "wrong" }).check()).toContain("SignatureDoesNotMatch")
    expect(await smsOf(vendor, { keyId: "nobody" }).check()).toContain("InvalidAccessKeyId")
    expect(vendor.sent).toEqual([])
  })
})

describe("Twilio", () => {
  const smsOf = (vendor: FakeTwilio, terms: object = {}) => {
    const { url, sid, token, from } = vendor
    return twilioSms({ url, sid, token, from, text: "{code} is your code", timeout, ...terms })
  }

  test("sends to every number in E.164, from a number or a service", async () => {
    await using vendor = await startFakeTwilio()
    await smsOf(vendor).send(message)
    await smsOf(vendor).send({ ...message, tel: "+14155550100" })
    vendor.from = "MG0123"
    await smsOf(vendor).send(message)
    expect(vendor.sent).toEqual([
      { to: "+8613800138000", from: "+15005550006", text: "012345 is your code" },
      { to: "+14155550100", from: "+15005550006", text: "012345 is your code" },
      { to: "+8613800138000", from: "MG0123", text: "012345 is your code" },
    ])
    expect(await smsOf(vendor).check()).toBeUndefined()
  })

  test("says no with a number of its own", async () => {
    await using vendor = await startFakeTwilio()
    const bad = await failureOf(smsOf(vendor).send({ ...message, tel: "+0" }))
    expect(bad).toBeInstanceOf(SmsRefused)
    expect(bad.message).toBe("Twilio answered 400 with code 21211")
    expect(await smsOf(vendor, { token: "wrong" }).check()).toContain("20003")
  })
})

describe("Mob", () => {
  const smsOf = ({ url, appKeys }: FakeMob, terms: object = {}) => mobSms({ url, appKeys, timeout, ...terms })

  test.each([
    ["13800138000", "86", "13800138000"],
    ["+85251234567", "852", "51234567"],
    ["+14155550100", "1", "4155550100"],
    ["+79161234567", "7", "9161234567"],
    ["+447700900123", "44", "7700900123"],
    ["+4915112345678", "49", "15112345678"],
    ["+886912345678", "886", "912345678"],
    ["+6591234567", "65", "91234567"],
    ["+353851234567", "353", "851234567"],
    ["+971501234567", "971", "501234567"],
    ["+998901234567", "998", "901234567"],
    ["+9851234567", "98", "51234567"],
  ])("is told the country of %s apart", (tel, zone, national) => {
    expect(zoneOf(tel)).toEqual({ zone, national })
  })

  test("takes a code once, for its number and for the app it was sent from", async () => {
    await using vendor = await startFakeMob()
    const sms = smsOf(vendor)
    const code = vendor.sends("51234567", "852", "ios")
    expect(await sms.verify("+85251234567", code, "android")).toBe(false)
    expect(await sms.verify("51234567", code, "ios")).toBe(false)
    expect(await sms.verify("+85251234567", code, "ios")).toBe(true)
    expect(await sms.verify("+85251234567", code, "ios")).toBe(false)
  })

  test("counts tries, and is told apart from an app that may not ask", async () => {
    await using vendor = await startFakeMob()
    const sms = smsOf(vendor)
    const code = vendor.sends("13800138000")
    for (let tries = 0; tries < 3; tries++) expect(await sms.verify("13800138000", "0", "android")).toBe(false)
    expect(await sms.verify("13800138000", code, "android")).toBe(false)
    expect(await sms.check()).toBeUndefined()
    vendor.serverChecks = false
    expect(await failureOf(sms.verify("13800138000", code, "android"))).toBeInstanceOf(SmsRefused)
    const stranger = smsOf(vendor, { appKeys: { ...vendor.appKeys, ios: "nobody" } })
    expect(await stranger.check()).toContain("406")
  })
})

describe.each([
  [
    "Aliyun",
    async () => {
      const vendor = await startFakeAliyunSms()
      const { url, keyId, keySecret, sign, template } = vendor
      const sms = aliyunSms({ url, keyId, keySecret, sign, template, now: Date.now, timeout: 200 })
      return { vendor, use: () => sms.send(message), check: sms.check }
    },
  ],
  [
    "Twilio",
    async () => {
      const vendor = await startFakeTwilio()
      const { url, sid, token, from } = vendor
      const sms = twilioSms({ url, sid, token, from, text: "{code}", timeout: 200 })
      return { vendor, use: () => sms.send(message), check: sms.check }
    },
  ],
  [
    "Mob",
    async () => {
      const vendor = await startFakeMob()
      const sms = mobSms({ url: vendor.url, appKeys: vendor.appKeys, timeout: 200 })
      const use = async () => {
        await sms.verify(message.tel, vendor.sends(message.tel), "android")
      }
      return { vendor, use, check: sms.check }
    },
  ],
] as const)("%s", (name, start) => {
  test("fails, and no more, however it misbehaves", async () => {
    const { vendor, use } = await start()
    await using _ = vendor
    for (const mood of badMoods) {
      // Twilio's status says it all: nothing in the body is needed.
      if (name === "Twilio" && (mood === "garbage" || mood === "hollow")) continue
      vendor.mood = mood
      const error = await failureOf(use())
      expect({ mood, message: error.message }).toEqual({
        mood,
        message: expect.stringMatching(new RegExp(`^${name} `)),
      })
      expect({ mood, sure: error instanceof SmsNotSent }).toEqual({ mood, sure: surelyNotSent.includes(mood) })
      expect(error.message).not.toMatch(/127\.0\.0\.1|012345/)
    }
    vendor.mood = "well"
    await use()
  })

  test("that is not there has surely done nothing, which a check tells", async () => {
    const { vendor, use, check } = await start()
    await using _ = vendor
    await vendor.kill()
    const error = await failureOf(use())
    expect(error).toBeInstanceOf(SmsNotSent)
    expect(error).not.toBeInstanceOf(SmsRefused)
    expect(await check()).toContain("cannot be reached")
  })
})
