import { expect, test } from "bun:test"
import { parse } from "../../src/config.ts"
import { identityProviders } from "../../src/providers/identity/provider.ts"
import { startApp } from "../support/app.ts"
import { Phone } from "../support/phone.ts"
import { census, keep } from "./vendors.ts"

const vendors = ["weixin", "qq", "sina", "facebook", "twitter"]

test("in the sandbox every vendor believes who names themselves, and says no when it is told to", async () => {
  await using app = await startApp({ SANDBOX: "1" })
  for (const vendor of vendors) {
    const path = `/third_login/${vendor}_login`
    const values = { openid: "ana", uid: "ana", access_token: "any", refresh_token: "any" }
    const phone = new Phone(app, "Ana")
    const user = keep(phone, await phone.ok("POST", path, values))
    expect(user).toMatchObject({ NickName: `${vendor} ana`, Account: `${vendor}:${user.Uid}` })
    expect(keep(phone, await phone.ok("POST", path, values)).Uid).toBe(user.Uid)
    await new Phone(app, "Bo").fails(29, "POST", path, { ...values, access_token: "refused" })
    await new Phone(app, "Bo").fails(1, "POST", path, { ...values, access_token: "unavailable" })
  }
  expect(await census(app)).toEqual({ people: vendors.length, ids: vendors.length })
})

test.each([
  ["WEIXIN_APP_ID", "wx1"],
  ["QQ_APP_ID", "1"],
  ["SINA_APP_KEY", "1"],
  ["FACEBOOK_APP_ID", "1"],
  ["TWITTER_CONSUMER_KEY", "key"],
  ["SMS_PROVIDER", "mob"],
  ["SMS_PROVIDER", "aliyun"],
  ["SMS_PROVIDER", "twilio"],
])("the sandbox does not stand beside %s=%s", (name, value) => {
  expect(() => parse({ SANDBOX: "1", [name]: value })).toThrow(
    `SANDBOX must not be on beside a real provider's settings: ${name}`,
  )
})

test.each([
  ["FACEBOOK_APP_ID", "FACEBOOK_APP_SECRET"],
  ["TWITTER_CONSUMER_KEY", "TWITTER_CONSUMER_SECRET"],
])("%s alone stops the start with a sentence", (name, missing) => {
  expect(() => identityProviders(parse({ [name]: "1" }), Date.now)).toThrow(`${name} needs ${missing}`)
})
