import { z } from "zod"
import type { Answer } from "../../fetching/ask.ts"
import { type Identity, type IdentityProvider, IdentityRefused, type Proofs } from "./index.ts"
import { askVendor, fieldsOf, secured, trouble, type VendorOptions } from "./vendor.ts"

const who = "QQ"
/** The app may not ask for the id that its vendor's apps share. */
const noUnionId = 100048

const failure = z.object({ error: z.coerce.number() })
const owner = z.object({ client_id: z.coerce.string(), openid: z.string(), unionid: z.string().optional() })
const outcome = z.object({ ret: z.int() })
const person = z.object({
  nickname: z.string().catch(""),
  gender: z.string().catch(""),
  province: z.string().catch(""),
  city: z.string().catch(""),
  figureurl_qq_1: z.string().optional().catch(undefined),
  figureurl_qq_2: z.string().optional().catch(undefined),
})

export interface QqOptions extends VendorOptions {
  /** Our apps, of which Android and iOS may have one each. */
  appIds: string[]
}

/** Sign-in by QQ. The token must have been given to one of our apps, and to the person who is named. */
export function qqIdentity({ apiUrl, appIds, timeout }: QqOptions): IdentityProvider<Proofs["qq"]> {
  async function ownerOf(accessToken: string, signal: AbortSignal): Promise<z.output<typeof owner>> {
    const me = async (query: Record<string, string>) => {
      const parameters = new URLSearchParams({ access_token: accessToken, fmt: "json", ...query })
      return (await askVendor(who, `${apiUrl}/oauth2.0/me?${parameters}`, {}, signal, jsonOrCall)).body
    }
    let body = await me({ unionid: "1" })
    if (errorIn(body) === noUnionId) body = await me({})
    const error = errorIn(body)
    if (error !== undefined) throw new IdentityRefused(`QQ answered with error ${error}`)
    return fieldsOf(who, owner, body)
  }

  async function verify({ openId, accessToken }: Proofs["qq"]): Promise<Identity> {
    const signal = AbortSignal.timeout(timeout)
    const { client_id, openid, unionid } = await ownerOf(accessToken, signal)
    if (!appIds.includes(client_id)) throw new IdentityRefused("QQ's token was given to another app")
    if (openid !== openId) throw new IdentityRefused("QQ's token is another person's")

    const query = { access_token: accessToken, oauth_consumer_key: client_id, openid, format: "json" }
    const { body } = await askVendor(who, `${apiUrl}/user/get_user_info?${new URLSearchParams(query)}`, {}, signal)
    const { ret } = fieldsOf(who, outcome, body)
    if (ret !== 0) throw new IdentityRefused(`QQ answered with ret ${ret}`)
    const told = fieldsOf(who, person, body)
    return {
      ids: unionid ? [`unionid:${unionid}`, `openid:${openid}`] : [`openid:${openid}`],
      nickName: told.nickname,
      sex: told.gender === "男" ? 1 : told.gender === "女" ? 2 : 0,
      location: told.city || told.province,
      pictureUrl: secured(told.figureurl_qq_2 || told.figureurl_qq_1),
    }
  }

  return { name: "qq", verify, check: () => trouble(verify({ openId: "nobody", accessToken: "nobody's" })) }
}

const errorIn = (body: unknown) => failure.safeParse(body).data?.error

/** Asked for JSON or not, QQ may wrap it: `callback( {…} );` with a line's end behind. */
function jsonOrCall({ body }: Answer): unknown {
  const json = /^\s*callback\(([\s\S]*)\)\s*;?\s*$/.exec(body)?.[1] ?? body
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
