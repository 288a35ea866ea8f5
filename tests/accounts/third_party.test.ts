import { describe, expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { bannedForever } from "../../src/accounts/ban.ts"
import { users } from "../../src/accounts/tables.ts"
import { write } from "../../src/db/write.ts"
import { Phone } from "../support/phone.ts"
import { census, comesByWeixin, idsOf, keep, type Stage, setStage, signsIn } from "./vendors.ts"

const aPicture = expect.stringMatching(/^http:/)

/** Ana at each vendor: what her phone shows, and what she is there. */
const ways: Record<string, (stage: Stage) => [values: object, told: object]> = {
  weixin: ({ weixin, pictures }) => [
    weixin.grants({
      openid: "oANA",
      nickname: "安娜",
      sex: 2,
      city: "重庆",
      headimgurl: pictures.at("png").replace("https", "http"),
    }),
    { NickName: "安娜", Sex: 2, Location: "重庆", Image: aPicture },
  ],
  qq: ({ qq, pictures }) => [
    {
      ...qq.grants({ openid: "QANA", nickname: "安娜", gender: "女", figureurl_qq_2: pictures.at("png") }),
      type: 1,
    },
    { NickName: "安娜", Sex: 2, Location: "", Image: aPicture },
  ],
  sina: ({ sina }) => [
    sina.grants({ uid: "1404376560", screen_name: "安娜", gender: "f", location: "北京" }),
    { NickName: "安娜", Sex: 2, Location: "北京", Image: "" },
  ],
  facebook: ({ facebook, pictures }) => [
    {
      ...facebook.grants({ id: "1682", name: "Ana Weiss", picture: pictures.at("png") }),
      city: "Wien",
      sex: 2,
      nick_name: "me",
    },
    { NickName: "Ana Weiss", Sex: 2, Location: "Wien", Image: aPicture },
  ],
  twitter: ({ twitter, pictures }) => [
    {
      ...twitter.grants({ id: "3707", name: "Ana Weiss", location: "Graz" }),
      head_img: pictures.at("png"),
      city: "Wien",
    },
    { NickName: "Ana Weiss", Sex: 0, Location: "Graz", Image: "" },
  ],
}

describe.each(Object.entries(ways))("%s", (vendor, show) => {
  const path = `/third_login/${vendor}_login`

  test("brings Ana an account, and back to it from another phone", async () => {
    await using stage = await setStage()
    const [values, told] = show(stage)
    const phone = await signsIn(stage.app, "Ana", path, { ...values, channel_id: "store", version: "2.0" })
    expect(phone.user).toMatchObject({ Account: `${vendor}:${phone.uid}`, Tel: "", ...told })
    await phone.ok("POST", "/user/modify_info_nick", { nick_name: "Queen of songs" })

    const tablet = await signsIn(stage.app, "Ana", path, values)
    expect(tablet.user).toMatchObject({ Uid: phone.uid, ...told, NickName: "Queen of songs" })
    expect(tablet.token).not.toBe(phone.token)
    await phone.fails(42, "GET", "/user/refresh_info")
    await tablet.ok("GET", "/user/refresh_info", { uid: phone.uid })
    expect(await census(stage.app)).toEqual({ people: 1, ids: 1 })

    const secrets = Object.entries(values).filter(([name]) => name.includes("token"))
    expect(secrets.length).toBeGreaterThan(0)
    for (const [, secret] of secrets) expect(stage.app.logged.join("")).not.toContain(String(secret))
  })

  test("makes nobody when it says no, or nothing", async () => {
    await using stage = await setStage()
    const [values] = show(stage)
    const phone = new Phone(stage.app, "Mallory")
    await phone.fails(29, "POST", path, { ...values, access_token: "forged" })
    await stage[vendor as "qq"].kill()
    await phone.fails(1, "POST", path, { ...values })
    expect(await census(stage.app)).toEqual({ people: 0, ids: 0 })
    await stage[vendor as "qq"].revive()
    await phone.ok("POST", path, { ...values })
  })

  test("makes one account of twenty first sign-ins at once", async () => {
    await using stage = await setStage()
    const [values] = show(stage)
    const phones = Array.from({ length: 20 }, () => new Phone(stage.app, "Ana"))
    const people = await Promise.all(
      phones.map(async (phone) => keep(phone, await phone.ok("POST", path, { ...values }))),
    )
    expect(new Set(people.map(({ Uid }) => Uid)).size).toBe(1)
    expect(await census(stage.app)).toEqual({ people: 1, ids: 1 })
    const answers = await Promise.all(phones.map((phone) => phone.call("GET", "/user/refresh_info")))
    expect(answers.map(({ ErrCode }) => ErrCode).sort()).toEqual([0, ...Array(19).fill(42)])
  })

  test("is not there until it is configured", async () => {
    const none = ["WEIXIN_APP_ID", "QQ_APP_ID", "SINA_APP_KEY", "FACEBOOK_APP_ID", "TWITTER_CONSUMER_KEY"]
    await using stage = await setStage(Object.fromEntries(none.map((name) => [name, ""])))
    const [values] = show(stage)
    const { ErrMsg } = await new Phone(stage.app, "Ana").fails(1, "POST", path, { ...values })
    expect(ErrMsg).toContain("not configured")
  })
})

test("Ana is known by WeChat's shared id once it is told, and was by the app's own before", async () => {
  await using stage = await setStage()
  const before = await comesByWeixin(stage, { openid: "oANA" })
  const after = await comesByWeixin(stage, { openid: "oANA", unionid: "uANA" })
  const inAnotherApp = await comesByWeixin(stage, { openid: "oANA2", unionid: "uANA" })
  expect([after.uid, inAnotherApp.uid]).toEqual([before.uid, before.uid])
  expect(await idsOf(stage.app, before.uid)).toEqual(["openid:oANA", "unionid:uANA", "openid:oANA2"])
  expect((await comesByWeixin(stage, { openid: "oBO" })).uid).not.toBe(before.uid)
})

test("an id of one vendor is another person's at the next", async () => {
  await using stage = await setStage()
  const { uid } = await comesByWeixin(stage, { openid: "1682" })
  const other = await signsIn(stage.app, "Bo", "/third_login/qq_login", stage.qq.grants({ openid: "1682" }))
  expect(other.uid).not.toBe(uid)
})

test("Ana has no password to change, to sign in with or to lose, and nobody can register her name", async () => {
  await using stage = await setStage({ OPEN_REGISTRATION: "1" })
  const ana = await comesByWeixin(stage, { openid: "oANA" })
  await ana.fails(33, "POST", "/user/modify_pwd", { oldpwd: "anything", newpwd: "another" })
  const account = ana.user.Account
  const mallory = new Phone(stage.app, "Mallory")
  await mallory.fails(3, "POST", "/action/login", { account, pwd: "anything" })
  await mallory.fails(10, "POST", "/action/register", { account, pwd: "anything" })
  await mallory.fails(16, "POST", "/action/modify_pwd", { account, pwd: "anything", code: "000000" })
})

test("Ana suspended comes in to look and not to act; closed for good she stays out", async () => {
  await using stage = await setStage()
  const { uid } = await comesByWeixin(stage, { openid: "oANA" })
  const ban = (bannedUntil: number) =>
    write(stage.app.running.app, (tx) =>
      tx.update(users).set({ bannedUntil }).where(eq(users.id, uid)).returning({ id: users.id }),
    )
  await ban(Date.now() + 60_000)
  const ana = await comesByWeixin(stage, { openid: "oANA" })
  await ana.ok("GET", "/user/refresh_info")
  await ana.fails(59, "POST", "/user/modify_info_sex", { sex: 1 })
  await ban(bannedForever)
  const phone = new Phone(stage.app, "Ana")
  await phone.fails(60, "POST", "/third_login/weixin_login", { ...stage.weixin.grants({ openid: "oANA" }) })
  await ana.fails(60, "GET", "/user/refresh_info")
  await ban(0)
  await ana.ok("GET", "/user/refresh_info")
})

test("an app too old must be updated first, and WeChat is not asked", async () => {
  await using stage = await setStage({ FORCED_VERSION: "2.1" })
  const phone = new Phone(stage.app, "Ana")
  const tokens = stage.weixin.grants({ openid: "oANA" })
  await phone.fails(56, "POST", "/third_login/weixin_login", { ...tokens, version: "2.0.9" })
  expect(stage.weixin.asked).toEqual([])
  await phone.ok("POST", "/third_login/weixin_login", { ...tokens, version: "2.1" })
})

test("of a crowd that waits for a silent WeChat, those who come too many are told at once", async () => {
  await using stage = await setStage()
  stage.weixin.mood = "slow"
  const tokens = stage.weixin.grants({ openid: "oANA" })
  const { promise: turnedAway, resolve } = Promise.withResolvers<void>()
  let answered = 0
  const crowd = Array.from({ length: 40 }, async () => {
    await new Phone(stage.app, "Ana").fails(1, "POST", "/third_login/weixin_login", { ...tokens })
    if (++answered === 8) resolve()
  })
  await turnedAway
  await signsIn(stage.app, "Bo", "/third_login/qq_login", stage.qq.grants({ openid: "QBO" }))
  await stage.weixin.kill()
  await Promise.all(crowd)
  expect(stage.weixin.asked.length).toBeLessThanOrEqual(32)
})

test("guesses at tokens are slowed down with everything that can be guessed", async () => {
  await using stage = await setStage({ RATE_LIMITS: "on" })
  const phone = new Phone(stage.app, "Mallory")
  const values = { openid: "QANA", access_token: "forged" }
  const answers = await Promise.all(
    Array.from({ length: 80 }, () => phone.fetch("POST", "/third_login/qq_login", values)),
  )
  expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(10)
})
