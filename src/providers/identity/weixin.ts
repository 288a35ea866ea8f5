import { z } from "zod"
import { type Identity, type IdentityProvider, IdentityRefused, IdentityUnavailable, type Proofs } from "./index.ts"
import { askVendor, fieldsOf, secured, trouble, type VendorOptions } from "./vendor.ts"

const who = "WeChat"

/** Codes of a token that was good once; the refresh token beside it makes a new one. */
const expired = 42001
/** The system is busy, calls come too often, or our app is not known: nothing that the person can mend. */
const ourTrouble = [-1, 40013, 45009, 45011]

const outcome = z.object({ errcode: z.int() })
const renewed = z.object({ access_token: z.string().min(1), openid: z.string() })
const person = z.object({
  openid: z.string(),
  unionid: z.string().optional().catch(undefined),
  nickname: z.string().catch(""),
  sex: z.literal([0, 1, 2]).catch(0),
  province: z.string().catch(""),
  city: z.string().catch(""),
  headimgurl: z.string().optional().catch(undefined),
})

export interface WeixinOptions extends VendorOptions {
  appId: string
}

/**
 * Sign-in by WeChat. The access token alone does not tell for which app it was given, so the refresh token is used under
 * our own app's id, and must belong to the same person. `unionid`, where the app has it, comes before `openid`.
 */
export function weixinIdentity({ apiUrl, appId, timeout }: WeixinOptions): IdentityProvider<Proofs["weixin"]> {
  /** WeChat answers 200 to everything. @returns the code of a failure, 0 for none, and what else it says */
  const call = async (path: string, query: Record<string, string>, signal: AbortSignal) => {
    const { body } = await askVendor(who, `${apiUrl}${path}?${new URLSearchParams(query)}`, {}, signal)
    return { code: outcome.safeParse(body).data?.errcode ?? 0, body }
  }

  async function verify({ openId, accessToken, refreshToken }: Proofs["weixin"]): Promise<Identity> {
    const signal = AbortSignal.timeout(timeout)
    const check = await call("/sns/auth", { access_token: accessToken, openid: openId }, signal)
    const { errcode } = fieldsOf(who, outcome, check.body)
    if (errcode !== expired) assertFine(errcode)

    const query = { appid: appId, grant_type: "refresh_token", refresh_token: refreshToken }
    const renewal = await call("/sns/oauth2/refresh_token", query, signal)
    assertFine(renewal.code)
    const { access_token, openid } = fieldsOf(who, renewed, renewal.body)
    if (openid !== openId) throw new IdentityRefused("WeChat's refresh token is another person's")

    const told = await call("/sns/userinfo", { access_token, openid, lang: "zh_CN" }, signal)
    assertFine(told.code)
    const { unionid, nickname, sex, province, city, headimgurl, ...rest } = fieldsOf(who, person, told.body)
    if (rest.openid !== openid) throw new IdentityUnavailable("WeChat told of another person")
    return {
      ids: unionid ? [`unionid:${unionid}`, `openid:${openid}`] : [`openid:${openid}`],
      nickName: nickname,
      sex,
      location: city || province,
      pictureUrl: secured(headimgurl),
    }
  }

  return {
    name: "weixin",
    verify,
    check: () => trouble(verify({ openId: "nobody", accessToken: "nobody's", refreshToken: "nobody's" })),
  }
}

function assertFine(code: number): void {
  if (code === 0) return
  const message = `WeChat answered with errcode ${code}`
  throw ourTrouble.includes(code) ? new IdentityUnavailable(message) : new IdentityRefused(message)
}
