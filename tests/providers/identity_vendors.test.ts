import { describe, expect, test } from "bun:test"
import { appSecretProof, facebookIdentity } from "../../src/providers/identity/facebook.ts"
import { IdentityRefused, IdentityUnavailable } from "../../src/providers/identity/index.ts"
import { oauth1Header } from "../../src/providers/identity/oauth1.ts"
import { qqIdentity } from "../../src/providers/identity/qq.ts"
import { sinaIdentity } from "../../src/providers/identity/sina.ts"
import { twitterIdentity } from "../../src/providers/identity/twitter.ts"
import { weixinIdentity } from "../../src/providers/identity/weixin.ts"
import { type FacebookTerms, startFakeFacebook } from "../support/fakes/facebook.ts"
import { startFakeQq } from "../support/fakes/qq.ts"
import { startFakeSina } from "../support/fakes/sina.ts"
import { startFakeTwitter } from "../support/fakes/twitter.ts"
import { startFakeWeixinSignIn, type WeixinTokens } from "../support/fakes/weixin_sign_in.ts"

const timeout = 1_000

describe("WeChat", () => {
  const started = async () => {
    const vendor = await startFakeWeixinSignIn()
    const provider = weixinIdentity({ apiUrl: vendor.url, appId: vendor.appId, timeout })
    const verify = ({ openid, access_token, refresh_token }: WeixinTokens) =>
      provider.verify({ openId: openid, accessToken: access_token, refreshToken: refresh_token })
    return { vendor, verify, [Symbol.asyncDispose]: () => vendor[Symbol.asyncDispose]() }
  }

  test("tells the id that the vendor's apps share before the app's own", async () => {
    await using weixin = await started()
    const tokens = weixin.vendor.grants({ openid: "oANA", unionid: "uANA" })
    expect(await weixin.verify(tokens)).toMatchObject({ ids: ["unionid:uANA", "openid:oANA"], pictureUrl: undefined })
  })

  test("takes an access token that is two hours old, by the refresh token beside it", async () => {
    await using weixin = await started()
    const tokens = weixin.vendor.grants({ openid: "oANA" })
    weixin.vendor.expires(tokens.access_token)
    expect(await weixin.verify(tokens)).toMatchObject({ ids: ["openid:oANA"] })
  })

  test("that renews another person's token is not believed", async () => {
    await using weixin = await started()
    const tokens = weixin.vendor.grants({ openid: "oANA" })
    weixin.vendor.answersNext = { access_token: "a", expires_in: 7_200, refresh_token: "r", openid: "oBO", scope: "" }
    await expect(weixin.verify(tokens)).rejects.toBeInstanceOf(IdentityRefused)
  })

  test.each([
    [42002, IdentityRefused],
    [40030, IdentityRefused],
    [-1, IdentityUnavailable],
    [45011, IdentityUnavailable],
    [40013, IdentityUnavailable],
  ])("errcode %d", async (errcode, kind) => {
    await using weixin = await started()
    const tokens = weixin.vendor.grants({ openid: "oANA" })
    weixin.vendor.answersNext = { errcode, errmsg: "no" }
    await expect(weixin.verify(tokens)).rejects.toBeInstanceOf(kind)
  })

  test("of another app's id is told by the check", async () => {
    await using weixin = await started()
    const stranger = weixinIdentity({ apiUrl: weixin.vendor.url, appId: "wxnobody", timeout })
    const tokens = weixin.vendor.grants({ openid: "oANA" })
    const proof = { openId: "oANA", accessToken: tokens.access_token, refreshToken: tokens.refresh_token }
    await expect(stranger.verify(proof)).rejects.toBeInstanceOf(IdentityUnavailable)
  })
})

describe("QQ", () => {
  const started = async () => {
    const vendor = await startFakeQq()
    const provider = qqIdentity({ apiUrl: vendor.url, appIds: vendor.appIds, timeout })
    const verify = ({ openid, access_token }: { openid: string; access_token: string }) =>
      provider.verify({ openId: openid, accessToken: access_token })
    return { vendor, verify, [Symbol.asyncDispose]: () => vendor[Symbol.asyncDispose]() }
  }

  test("is understood wrapped into a call too, errors as well", async () => {
    await using qq = await started()
    qq.vendor.wraps = true
    const tokens = qq.vendor.grants({ openid: "QANA", gender: "男" })
    expect(await qq.verify(tokens)).toMatchObject({ ids: ["openid:QANA"], sex: 1 })
    await expect(qq.verify({ ...tokens, access_token: "forged" })).rejects.toBeInstanceOf(IdentityRefused)
  })

  test("knows one person in the Android and the iOS app, where it may say so", async () => {
    await using qq = await started()
    const [android, ios] = qq.vendor.appIds
    const tokens = qq.vendor.grants({ openid: "QANA1", unionid: "UANA" }, android)
    const onIos = qq.vendor.grants({ openid: "QANA2", unionid: "UANA" }, ios)
    expect(await qq.verify(tokens)).toMatchObject({ ids: ["unionid:UANA", "openid:QANA1"] })
    expect(await qq.verify(onIos)).toMatchObject({ ids: ["unionid:UANA", "openid:QANA2"] })
    qq.vendor.sharesIds = false
    expect(await qq.verify(tokens)).toMatchObject({ ids: ["openid:QANA1"] })
  })

  test("that tells nothing of the person has refused", async () => {
    await using qq = await started()
    qq.vendor.ret = 100030
    await expect(qq.verify(qq.vendor.grants({ openid: "QANA" }))).rejects.toBeInstanceOf(IdentityRefused)
  })
})

describe("Weibo", () => {
  const started = async () => {
    const vendor = await startFakeSina()
    const provider = sinaIdentity({ apiUrl: vendor.url, appKey: vendor.appKey, timeout })
    const verify = ({ uid, access_token }: { uid: string; access_token: string }) =>
      provider.verify({ openId: uid, accessToken: access_token })
    return { vendor, verify, [Symbol.asyncDispose]: () => vendor[Symbol.asyncDispose]() }
  }

  test("may say its ids as numbers", async () => {
    await using sina = await started()
    sina.vendor.counts = true
    expect(await sina.verify(sina.vendor.grants({ uid: "1404376560" }))).toMatchObject({ ids: ["uid:1404376560"] })
  })

  test("refuses a token past its time", async () => {
    await using sina = await started()
    const tokens = sina.vendor.grants({ uid: "1404376560" }, sina.vendor.appKey, -5)
    await expect(sina.verify(tokens)).rejects.toThrow("expired")
  })
})

describe("Facebook", () => {
  const started = async () => {
    const vendor = await startFakeFacebook()
    const options = { apiUrl: vendor.url, appId: vendor.appId, appSecret: vendor.appSecret, now: Date.now, timeout }
    const provider = facebookIdentity(options)
    const verify = (terms?: FacebookTerms, faceless = false) => {
      const { openid, access_token } = vendor.grants({ id: "1682", name: "Ana", faceless }, terms)
      return provider.verify({ openId: openid, accessToken: access_token })
    }
    return { vendor, options, verify, [Symbol.asyncDispose]: () => vendor[Symbol.asyncDispose]() }
  }

  test("wants a proof of our secret", () => {
    const proof = "1f7ff169432195cefd24347b2e7b37d76a4685d024861e827aeed005a07eb9b3"
    expect(appSecretProof("app_secret", "user_token")).toBe(proof)
  })

  test("shows a picture only of who has set one", async () => {
    await using facebook = await started()
    expect(await facebook.verify({}, true)).toMatchObject({ nickName: "Ana", pictureUrl: undefined })
  })

  test("refuses tokens that are withdrawn or past their time", async () => {
    await using facebook = await started()
    await expect(facebook.verify({ valid: false })).rejects.toThrow("not valid")
    await expect(facebook.verify({ expiresAt: Math.floor(Date.now() / 1_000) - 1 })).rejects.toThrow("expired")
  })

  test("is unavailable while calls come too often", async () => {
    await using facebook = await started()
    facebook.vendor.failsWith = 4
    await expect(facebook.verify()).rejects.toBeInstanceOf(IdentityUnavailable)
  })

  test("tells by its check that the secret is wrong", async () => {
    await using facebook = await started()
    expect(await facebookIdentity({ ...facebook.options, appSecret: "wrong" }).check()).toContain("code 190")
  })
})

describe("Twitter", () => {
  const nonce = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"
  const documented = {
    consumerKey: "xvz1evFS4wEEPTGEFPHBog",
    consumerSecret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
    token: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    tokenSecret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
  }

  test.each([
    ["api.twitter.com", "hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"],
    ["api.x.com", "Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D"],
  ])("is signed to as its documents do, at %s", (host, signature) => {
    const url = `https://${host}/1.1/statuses/update.json?include_entities=true`
    const form = { status: "Hello Ladies + Gentlemen, a signed OAuth request!" }
    const header = oauth1Header(documented, { method: "POST", url, form, nonce, timestamp: 1_318_622_958 })
    expect(header).toStartWith('OAuth oauth_consumer_key="xvz1evFS4wEEPTGEFPHBog", ')
    expect(header).toEndWith(`oauth_signature="${signature}"`)
  })

  test("is signed to with the query", () => {
    const keys = { consumerKey: "ck", consumerSecret: "cs", token: "at", tokenSecret: "ats" }
    const url = "https://api.twitter.com/1.1/account/verify_credentials.json?include_email=true&skip_status=true"
    const header = oauth1Header(keys, { method: "GET", url, nonce: "nonce123", timestamp: 1_700_000_000 })
    expect(header).toEndWith(`oauth_signature="${encodeURIComponent("V70Ws4QFSGkwWKBe4KCaeJQPqcI=")}"`)
  })

  test("is not asked about a token without its secret, which could be another app's", async () => {
    await using vendor = await startFakeTwitter()
    const { consumerKey, consumerSecret } = vendor
    const provider = twitterIdentity({ apiUrl: vendor.url, consumerKey, consumerSecret, now: Date.now, timeout })
    const { openid, access_token } = vendor.grants({ id: "370773112" })
    const proof = { openId: openid, accessToken: access_token, tokenSecret: "" }
    await expect(provider.verify(proof)).rejects.toBeInstanceOf(IdentityRefused)
    expect(vendor.asked).toEqual([])
  })
})
