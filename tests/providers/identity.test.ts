import { describe, expect, test } from "bun:test"
import { facebookIdentity } from "../../src/providers/identity/facebook.ts"
import { type Identity, IdentityRefused, IdentityUnavailable } from "../../src/providers/identity/index.ts"
import { qqIdentity } from "../../src/providers/identity/qq.ts"
import { sinaIdentity } from "../../src/providers/identity/sina.ts"
import { twitterIdentity } from "../../src/providers/identity/twitter.ts"
import { weixinIdentity } from "../../src/providers/identity/weixin.ts"
import { startFakeFacebook } from "../support/fakes/facebook.ts"
import { startFakeQq } from "../support/fakes/qq.ts"
import { startFakeSina } from "../support/fakes/sina.ts"
import { startFakeTwitter } from "../support/fakes/twitter.ts"
import { badMoods, type FakeVendor } from "../support/fakes/vendor.ts"
import { startFakeWeixinSignIn } from "../support/fakes/weixin_sign_in.ts"

/** A vendor with Ana and Bo among its people, and what becomes of what their phones show of them. */
interface Case {
  vendor: FakeVendor
  /** Ana's token with Ana's id. */
  honest(): Promise<Identity>
  /** The same, given to another app. */
  elsewhere(): Promise<Identity>
  /** Bo's token with Ana's id. */
  stolen(): Promise<Identity>
  /** A token that the vendor never gave. */
  forged(): Promise<Identity>
  check(): Promise<string | undefined>
  told: Identity
}

/** What most phones show: an id and a token. */
const shown = ({ openid, access_token }: { openid: string; access_token: string }) => ({
  openId: openid,
  accessToken: access_token,
})

/** A woman whom a vendor calls 安娜. */
const anna = (id: string, location: string, pictureUrl: string): Identity => ({
  ids: [id],
  nickName: "安娜",
  sex: 2,
  location,
  pictureUrl,
})

/** Long enough for the loopback, and short enough to wait for. */
const timeout = 1_000

const cases: Record<string, (timeout?: number) => Promise<Case>> = {
  async weixin(limit = timeout) {
    const vendor = await startFakeWeixinSignIn()
    const provider = weixinIdentity({ apiUrl: vendor.url, appId: vendor.appId, timeout: limit })
    const verify = (tokens: { openid: string; access_token: string; refresh_token: string }) =>
      provider.verify({ ...shown(tokens), refreshToken: tokens.refresh_token })
    const ana = { openid: "oANA", nickname: "安娜", sex: 2, city: "重庆", headimgurl: "http://wx.qlogo.test/ana/132" }
    const tokens = vendor.grants(ana)
    return {
      vendor,
      honest: () => verify(tokens),
      elsewhere: () => verify(vendor.grants(ana, "wxanotherapp00000")),
      stolen: () => verify({ ...tokens, refresh_token: vendor.grants({ openid: "oBO" }).refresh_token }),
      forged: () => verify({ ...tokens, access_token: "forged" }),
      check: provider.check,
      told: anna("openid:oANA", "重庆", "https://wx.qlogo.test/ana/132"),
    }
  },
  async qq(limit = timeout) {
    const vendor = await startFakeQq()
    const provider = qqIdentity({ apiUrl: vendor.url, appIds: vendor.appIds, timeout: limit })
    const verify = (tokens: Parameters<typeof shown>[0]) => provider.verify(shown(tokens))
    const ana = {
      openid: "QANA",
      nickname: "安娜",
      gender: "女",
      province: "四川",
      figureurl_qq_1: "http://thirdqq.qlogo.test/40",
      figureurl_qq_2: "",
    }
    const tokens = vendor.grants(ana)
    return {
      vendor,
      honest: () => verify(tokens),
      elsewhere: () => verify(vendor.grants(ana, "999999999")),
      stolen: () => verify({ ...vendor.grants({ openid: "QBO" }), openid: "QANA" }),
      forged: () => verify({ ...tokens, access_token: "forged" }),
      check: provider.check,
      told: anna("openid:QANA", "四川", "https://thirdqq.qlogo.test/40"),
    }
  },
  async sina(limit = timeout) {
    const vendor = await startFakeSina()
    const provider = sinaIdentity({ apiUrl: vendor.url, appKey: vendor.appKey, timeout: limit })
    const verify = (tokens: { uid: string; access_token: string }) =>
      provider.verify({ openId: tokens.uid, accessToken: tokens.access_token })
    const ana = { uid: "1404376560", screen_name: "安娜", gender: "f", location: "北京", avatar_large: "" }
    const tokens = vendor.grants({ ...ana, profile_image_url: "http://tp1.sinaimg.test/50/0/1" })
    return {
      vendor,
      honest: () => verify(tokens),
      elsewhere: () => verify(vendor.grants(ana, "999")),
      stolen: () => verify({ ...vendor.grants({ uid: "2" }), uid: ana.uid }),
      forged: () => verify({ ...tokens, access_token: "forged" }),
      check: provider.check,
      told: anna("uid:1404376560", "北京", "https://tp1.sinaimg.test/50/0/1"),
    }
  },
  async facebook(limit = timeout) {
    const vendor = await startFakeFacebook()
    const { appId, appSecret } = vendor
    const provider = facebookIdentity({ apiUrl: vendor.url, appId, appSecret, now: Date.now, timeout: limit })
    const verify = (tokens: Parameters<typeof shown>[0]) => provider.verify(shown(tokens))
    const ana = { id: "1682", name: "Ana Weiss", picture: "https://scontent.fbcdn.test/ana.jpg" }
    const tokens = vendor.grants(ana, { expiresAt: Math.floor(Date.now() / 1_000) + 3_600 })
    return {
      vendor,
      honest: () => verify(tokens),
      elsewhere: () => verify(vendor.grants(ana, { appId: "999" })),
      stolen: () => verify({ ...vendor.grants({ id: "2" }), openid: ana.id }),
      forged: () => verify({ ...tokens, access_token: "forged" }),
      check: provider.check,
      told: { ids: ["id:1682"], nickName: "Ana Weiss", sex: 0, location: "", pictureUrl: ana.picture },
    }
  },
  async twitter(limit = timeout) {
    const vendor = await startFakeTwitter()
    const { consumerKey, consumerSecret } = vendor
    const provider = twitterIdentity({ apiUrl: vendor.url, consumerKey, consumerSecret, now: Date.now, timeout: limit })
    const verify = (tokens: Parameters<typeof shown>[0] & { access_token_secret: string }) =>
      provider.verify({ ...shown(tokens), tokenSecret: tokens.access_token_secret })
    const ana = { id: "370773112", screen_name: "ana", location: "Wien", picture: "https://pbs.twimg.test/ana.jpg" }
    const tokens = vendor.grants(ana)
    return {
      vendor,
      honest: () => verify(tokens),
      elsewhere: () => verify(vendor.grants(ana, "another-app")),
      stolen: () => verify({ ...vendor.grants({ id: "2" }), openid: ana.id }),
      forged: () => verify({ ...tokens, access_token_secret: "forged" }),
      check: provider.check,
      told: { ids: ["id:370773112"], nickName: "ana", sex: 0, location: "Wien", pictureUrl: ana.picture },
    }
  },
}

const never = (promise: Promise<unknown>) =>
  promise.then(
    () => new Error("it was believed"),
    (error: Error) => error,
  )

describe.each(Object.entries(cases))("%s", (_, start) => {
  test("vouches for a person of our app, and tells who it is", async () => {
    const { vendor, honest, told, check } = await start()
    await using __ = vendor
    expect(await honest()).toEqual(told)
    expect(await honest()).toEqual(told)
    expect(await check()).toBeUndefined()
  })

  test("vouches for nobody by another app's token, another person's or a forged one", async () => {
    const { vendor, elsewhere, stolen, forged } = await start()
    await using __ = vendor
    for (const refused of [elsewhere, stolen, forged]) expect(await never(refused())).toBeInstanceOf(IdentityRefused)
  })

  test("is unavailable, and no more, however it misbehaves", async () => {
    const { vendor, honest } = await start(300)
    await using __ = vendor
    for (const mood of badMoods) {
      vendor.mood = mood
      const error = await never(honest())
      expect({ mood, error }).toEqual({ mood, error: expect.any(IdentityUnavailable) })
      expect(error.message).not.toMatch(/127\.0\.0\.1|token=/)
    }
    vendor.mood = "well"
    const { length } = vendor.asked
    await honest()
    const calls = vendor.asked.length - length
    for (let at = 0; at < calls; at++) {
      vendor.moods = [...Array(at).fill("well"), "hollow"]
      expect({ at, error: await never(honest()) }).toEqual({ at, error: expect.any(IdentityUnavailable) })
    }
  })

  test("is unavailable while nobody is there, which a check tells", async () => {
    const { vendor, honest, check } = await start()
    await using __ = vendor
    await vendor.kill()
    expect(await never(honest())).toBeInstanceOf(IdentityUnavailable)
    expect(await check()).toContain("cannot be reached")
    await vendor.revive()
    expect(await honest()).toMatchObject({ ids: [expect.stringMatching(/:/)] })
  })
})
