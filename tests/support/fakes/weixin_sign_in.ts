import { randomBytes } from "node:crypto"
import { type Asked, type FakeVendor, json, type Reply, startVendor } from "./vendor.ts"

/** A person as WeChat has them, in one app. */
export interface WeixinPerson {
  openid: string
  nickname?: string
  sex?: number
  city?: string
  province?: string
  headimgurl?: string
  unionid?: string
}

/** What WeChat's SDK hands to a phone. */
export interface WeixinTokens {
  access_token: string
  refresh_token: string
  openid: string
}

export interface FakeWeixinSignIn extends FakeVendor {
  appId: string
  /** Somebody signs in to an app on the phone: ours, unless another is named. */
  grants(person: WeixinPerson, appId?: string): WeixinTokens
  /** Two hours have passed. */
  expires(accessToken: string): void
  /** The next refreshing gives this instead of an answer. */
  answersNext: unknown
}

interface Grant {
  person: WeixinPerson
  appId: string
  expired: boolean
}

/** Starts WeChat's sign-in: everything comes with 200, as `text/plain`. */
export async function startFakeWeixinSignIn(): Promise<FakeWeixinSignIn> {
  const appId = "wx0123456789abcdef"
  const known = [appId, "wxanotherapp00000"]
  const access = new Map<string, Grant>()
  const refresh = new Map<string, Grant>()
  const plain = (body: unknown): Reply => json(body, 200, "text/plain")
  const failure = (errcode: number, errmsg: string) => plain({ errcode, errmsg: `${errmsg}, rid: 6526a2a7` })

  function holder({ query }: Asked): Grant | Reply {
    const grant = access.get(query.get("access_token") ?? "")
    if (!grant) return failure(40001, "invalid credential")
    if (grant.expired) return failure(42001, "access_token expired")
    return grant.person.openid === query.get("openid") ? grant : failure(40003, "invalid openid")
  }

  function renew({ query }: Asked): Reply {
    if (weixin.answersNext !== undefined) {
      const body = weixin.answersNext
      weixin.answersNext = undefined
      return plain(body)
    }
    if (!known.includes(query.get("appid") ?? "")) return failure(40013, "invalid appid")
    const grant = refresh.get(query.get("refresh_token") ?? "")
    if (!grant || query.get("grant_type") !== "refresh_token") return failure(40030, "invalid refresh_token")
    if (grant.appId !== query.get("appid")) return failure(40030, "invalid refresh_token")
    const { openid } = grant.person
    const access_token = `renewed-${randomBytes(8).toString("hex")}`
    access.set(access_token, { ...grant, expired: false })
    return plain({
      access_token,
      expires_in: 7_200,
      refresh_token: query.get("refresh_token"),
      openid,
      scope: "snsapi",
    })
  }

  const vendor = await startVendor((asked) => {
    if (asked.method !== "GET") return { status: 404, body: "" }
    if (asked.path === "/sns/oauth2/refresh_token") return renew(asked)
    const grant = holder(asked)
    if ("body" in grant) return grant
    if (asked.path === "/sns/auth") return plain({ errcode: 0, errmsg: "ok" })
    if (asked.path === "/sns/userinfo") {
      const told = { nickname: "", sex: 0, province: "", city: "", country: "CN", headimgurl: "", privilege: [] }
      return plain({ ...told, ...grant.person })
    }
    return { status: 404, body: "" }
  })
  const weixin: FakeWeixinSignIn = Object.assign(vendor, {
    appId,
    answersNext: undefined,
    grants(person: WeixinPerson, app = appId) {
      const [access_token, refresh_token] = [randomBytes(16).toString("hex"), randomBytes(16).toString("hex")]
      const grant = { person, appId: app, expired: false }
      access.set(access_token, grant)
      refresh.set(refresh_token, grant)
      return { access_token, refresh_token, openid: person.openid }
    },
    expires(token: string) {
      const grant = access.get(token)
      if (grant) access.set(token, { ...grant, expired: true })
    },
  })
  return weixin
}
