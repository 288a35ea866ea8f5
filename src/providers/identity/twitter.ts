import { z } from "zod"
import { type Identity, type IdentityProvider, IdentityRefused, type Proofs } from "./index.ts"
import { oauth1Header } from "./oauth1.ts"
import { askVendor, fieldsOf, trouble, type VendorOptions } from "./vendor.ts"

const who = "Twitter"

const person = z.object({
  id_str: z.string().min(1),
  screen_name: z.string().catch(""),
  name: z.string().catch(""),
  location: z.string().catch(""),
  profile_image_url_https: z.string().optional().catch(undefined),
  default_profile_image: z.boolean().catch(false),
})

export interface TwitterOptions extends VendorOptions {
  consumerKey: string
  consumerSecret: string
  /** Milliseconds since 1970. */
  now(): number
}

/**
 * Sign-in by Twitter (X), by a token and its secret (OAuth 1). The question is signed with our app's key, so that a token
 * given to another app fails. A bearer token (OAuth 2) does not tell for which app it was given, and is not taken.
 */
export function twitterIdentity(options: TwitterOptions): IdentityProvider<Proofs["twitter"]> {
  const { apiUrl, consumerKey, consumerSecret, now, timeout } = options

  async function verify({ openId, accessToken, tokenSecret }: Proofs["twitter"]): Promise<Identity> {
    if (tokenSecret === "") throw new IdentityRefused("a token of Twitter's proves nothing without its secret")
    const url = `${apiUrl}/1.1/account/verify_credentials.json?skip_status=true`
    const keys = { consumerKey, consumerSecret, token: accessToken, tokenSecret }
    const nonce = crypto.randomUUID().replaceAll("-", "")
    const timestamp = Math.floor(now() / 1_000)
    const headers = { Authorization: oauth1Header(keys, { method: "GET", url, nonce, timestamp }) }
    const { status, body } = await askVendor(who, url, { headers }, AbortSignal.timeout(timeout))
    if (status >= 400) throw new IdentityRefused(`Twitter answered ${status}`)

    const told = fieldsOf(who, person, body)
    if (told.id_str !== openId) throw new IdentityRefused("Twitter's token is another person's")
    return {
      ids: [`id:${told.id_str}`],
      nickName: told.name || told.screen_name,
      sex: 0,
      location: told.location,
      pictureUrl: told.default_profile_image ? undefined : told.profile_image_url_https,
    }
  }

  return {
    name: "twitter",
    verify,
    check: () => trouble(verify({ openId: "0", accessToken: "0-nobody", tokenSecret: "nobody's" })),
  }
}
