import { z } from "zod"
import { type Identity, type IdentityProvider, IdentityRefused, IdentityUnavailable, type Proofs } from "./index.ts"
import { askVendor, fieldsOf, secured, trouble, type VendorOptions } from "./vendor.ts"

const who = "Weibo"
/** Its system fails or is busy, or calls come too often. */
const itsTrouble = [10001, 10002, 10009, 10022, 10023, 10024]

const failure = z.object({ error_code: z.coerce.number() })
/** Numbers or their digits, by its own documents. */
const digits = z.union([z.string(), z.int()]).transform(String)
const tokenInfo = z.object({ uid: digits, appkey: digits, expire_in: z.coerce.number() })
const person = z.object({
  idstr: z.string(),
  screen_name: z.string().catch(""),
  location: z.string().catch(""),
  profile_image_url: z.string().optional().catch(undefined),
  avatar_large: z.string().optional().catch(undefined),
  gender: z.string().catch("n"),
})

export interface SinaOptions extends VendorOptions {
  appKey: string
}

/** Sign-in by Weibo. The token must have been given to our app, and to the person who is named. */
export function sinaIdentity({ apiUrl, appKey, timeout }: SinaOptions): IdentityProvider<Proofs["sina"]> {
  const call = async (path: string, request: RequestInit, signal: AbortSignal) => {
    const { status, body } = await askVendor(who, `${apiUrl}${path}`, request, signal)
    const error = failure.safeParse(body).data?.error_code
    if (error === undefined && status < 400) return body
    const message = `Weibo answered ${status}${error === undefined ? "" : ` with error ${error}`}`
    throw itsTrouble.includes(error ?? 0) ? new IdentityUnavailable(message) : new IdentityRefused(message)
  }

  async function verify({ openId, accessToken }: Proofs["sina"]): Promise<Identity> {
    const signal = AbortSignal.timeout(timeout)
    const asked = { method: "POST", body: new URLSearchParams({ access_token: accessToken }) }
    const token = fieldsOf(who, tokenInfo, await call("/oauth2/get_token_info", asked, signal))
    if (token.appkey !== appKey) throw new IdentityRefused("Weibo's token was given to another app")
    if (token.uid !== openId) throw new IdentityRefused("Weibo's token is another person's")
    if (!(token.expire_in > 0)) throw new IdentityRefused("Weibo's token has expired")

    const query = new URLSearchParams({ access_token: accessToken, uid: token.uid })
    const told = fieldsOf(who, person, await call(`/2/users/show.json?${query}`, {}, signal))
    if (told.idstr !== token.uid) throw new IdentityUnavailable("Weibo told of another person")
    return {
      ids: [`uid:${told.idstr}`],
      nickName: told.screen_name,
      sex: told.gender === "m" ? 1 : told.gender === "f" ? 2 : 0,
      location: told.location,
      pictureUrl: secured(told.avatar_large || told.profile_image_url),
    }
  }

  return { name: "sina", verify, check: () => trouble(verify({ openId: "0", accessToken: "nobody's" })) }
}
