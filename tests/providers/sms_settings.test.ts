import { afterAll, beforeAll, expect, test } from "bun:test"
import { parse } from "../../src/config.ts"
import { smsProvider } from "../../src/providers/sms/provider.ts"
import { freshHome, type Home } from "../support/app.ts"
import { nextTel } from "../support/cast.ts"
import { startFakeAliyunSms } from "../support/fakes/aliyun_sms.ts"
import { startFakeMob } from "../support/fakes/mob.ts"
import { startFakeTwilio } from "../support/fakes/twilio.ts"
import { runProgram, startProgram } from "../support/process.ts"

let home: Home
beforeAll(async () => {
  home = await freshHome()
})
afterAll(() => home.remove())

async function asks(url: string, path: string, values: Record<string, string>) {
  const answer = await fetch(`${url}${path}`, { method: "POST", body: new URLSearchParams(values) })
  return ((await answer.json()) as { ErrCode: number }).ErrCode
}

test("the program has codes sent by Aliyun, insists when that fails, and counts it", async () => {
  await using aliyun = await startFakeAliyunSms()
  await using program = await startProgram({
    ...home.env,
    SMS_PROVIDER: "aliyun",
    SMS_ALIYUN_KEY_ID: aliyun.keyId,
    SMS_ALIYUN_KEY_SECRET: aliyun.keySecret,
    SMS_ALIYUN_SIGN: aliyun.sign,
    SMS_ALIYUN_TEMPLATE: aliyun.template,
    SMS_ALIYUN_URL: aliyun.url,
  })
  const tel = nextTel()
  aliyun.moods = ["dead", "broken"]
  expect(await asks(program.url, "/action/send_code", { tel, purpose: "register" })).toBe(0)
  expect(aliyun.sent).toEqual([{ tel, code: expect.stringMatching(/^\d{6}$/) }])
  const code = aliyun.sent[0]?.code ?? ""
  expect(await asks(program.url, "/action/register", { account: tel, pwd: "secret1", code })).toBe(0)

  aliyun.outcome = "isv.BUSINESS_LIMIT_CONTROL"
  expect(await asks(program.url, "/action/send_code", { tel: nextTel(), purpose: "register" })).toBe(1)
  const metrics = await (await fetch(`${program.url}/metrics`)).text()
  expect(metrics).toContain("mili_sms_done_total 1\n")
  expect(metrics).toContain("mili_sms_failures_total 3\n")
  expect(program.logged()).toContain("isv.BUSINESS_LIMIT_CONTROL")
  expect(program.logged()).not.toContain(code)
})

test("the program has codes sent by Twilio, and checked by Mob", async () => {
  await using twilio = await startFakeTwilio()
  await using mob = await startFakeMob()
  const tel = nextTel()
  {
    await using program = await startProgram({
      ...home.env,
      SMS_PROVIDER: "twilio",
      SMS_TWILIO_SID: twilio.sid,
      SMS_TWILIO_TOKEN: twilio.token,
      SMS_TWILIO_FROM: twilio.from,
      SMS_TWILIO_URL: twilio.url,
    })
    expect(await asks(program.url, "/action/send_code", { tel, purpose: "register" })).toBe(0)
    expect(twilio.sent[0]?.text).toMatch(/^Your code is \d{6}\./)
    program.kill("SIGTERM")
    await program.exited
  }
  await using program = await startProgram({
    ...home.env,
    SMS_PROVIDER: "mob",
    SMS_MOB_APP_KEY: mob.appKeys.android,
    SMS_MOB_APP_KEY_IOS: mob.appKeys.ios,
    SMS_MOB_URL: mob.url,
  })
  const code = mob.sends(tel, "86", "ios")
  expect(await asks(program.url, "/action/register", { account: tel, pwd: "secret1", code, type: "1" })).toBe(0)
})

test.each([
  ["aliyun", "SMS_ALIYUN_KEY_ID"],
  ["twilio", "SMS_TWILIO_SID"],
  ["mob", "SMS_MOB_APP_KEY"],
])("%s without its settings stops the start with a sentence", (provider, missing) => {
  expect(() => smsProvider(parse({ SMS_PROVIDER: provider }), () => {})).toThrow(
    `SMS_PROVIDER=${provider} needs ${missing}`,
  )
  expect(() => parse({ SMS_TWILIO_TEXT: "hello" })).toThrow("SMS_TWILIO_TEXT must have {code} in it")
})

test("the doctor visits the vendors and says whom apps already shipped cannot serve", async () => {
  await using mob = await startFakeMob()
  const env = { ...home.env, DATABASE_URL: home.env["DATABASE_URL"] ?? "", PUBLIC_URL: "https://live.example.com" }
  const poor = await runProgram(["doctor"], env)
  for (const lack of ["register a phone", "upload no pictures", "by WeChat, QQ, Weibo", "by Facebook or Twitter"]) {
    expect(poor.printed).toMatch(new RegExp(`note  apps already shipped .*${lack}`))
  }
  expect(poor.printed).toContain("note  sign-in: no vendor is configured")
  const rich = await runProgram(["doctor"], {
    ...env,
    SMS_PROVIDER: "mob",
    SMS_MOB_APP_KEY: "nobody's",
    SMS_MOB_URL: mob.url,
    WEIXIN_APP_ID: "wx1",
    WEIXIN_API_URL: "http://127.0.0.1:9",
    QQ_APP_ID: "1",
    QQ_API_URL: "http://127.0.0.1:9",
    TRUST_BARE_OPENID: "1",
  })
  expect(rich.code).toBe(1)
  expect(rich.printed).not.toContain("register a phone")
  expect(rich.printed).toContain("cannot sign in by Weibo: ")
  expect(rich.printed).toContain("TRUST_BARE_OPENID signs in")
  expect(rich.printed).toMatch(/WRONG SMS \(mob\): .*406/)
  expect(rich.printed).toMatch(/WRONG sign-in \(weixin\): WeChat cannot be reached/)
  const half = await runProgram(["doctor"], { ...env, SMS_PROVIDER: "mob", FACEBOOK_APP_ID: "1" })
  expect(half.printed).toContain("WRONG SMS: SMS_PROVIDER=mob needs SMS_MOB_APP_KEY.")
  expect(half.printed).toContain("WRONG sign-in: FACEBOOK_APP_ID needs FACEBOOK_APP_SECRET")
})
