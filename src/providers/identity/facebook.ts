import { createHmac } from "node:crypto"
import { z } from "zod"
import { type Identity, type IdentityProvider, IdentityRefused, IdentityUnavailable, type Proofs } from "./index.ts"
import { askVendor, fieldsOf, type VendorOptions } from "./vendor.ts"

const who = "Facebook"
/** Its service fails, or calls come too often. */
const itsTrouble = [1, 2, 4, 17, 32, 613]

const failure = z.object({ error: z.object({ code: z.int() }) })
const inspection = z.object({
  data: z.object({
    is_valid: z.boolean(),
    app_id: z.coerce.string().optional(),
    user_id: z.coerce.string().optional(),
    /** Unix seconds, 0 for a token without an end. */
    expires_at: z.int().default(0),
  }),
})
const person = z.object({
  id: z.string(),
  name: z.string().catch(""),
  picture: z
    .object({ data: z.object({ url: z.string().optional(), is_silhouette: z.boolean().default(false) }) })
    .optional()
    .catch(undefined),
})

export interface FacebookOptions extends VendorOptions {
  appId: string
  appSecret: string
  /** Milliseconds since 1970. */
  now(): number
}

/** What Facebook wants beside a token that a server uses: proof that it is our server. */
export const appSecretProof = (appSecret: string, accessToken: string): string =>
  createHmac("sha256", appSecret).update(accessToken).digest("hex")

/** Sign-in by Facebook. The token must have been given to our app, and to the person who is named. */
export function facebookIdentity(options: FacebookOptions): IdentityProvider<Proofs["facebook"]> {
  const { apiUrl, appId, appSecret, now, timeout } = options
  const call = async (path: string, query: Record<string, string>, signal: AbortSignal) => {
    const { status, body } = await askVendor(who, `${apiUrl}${path}?${new URLSearchParams(query)}`, {}, signal)
    const code = failure.safeParse(body).data?.error.code
    if (code === undefined && status < 400) return body
    const message = `Facebook answered ${status}${code === undefined ? "" : ` with code ${code}`}`
    throw itsTrouble.includes(code ?? 0) ? new IdentityUnavailable(message) : new IdentityRefused(message)
  }
  const inspect = async (token: string, signal: AbortSignal) => {
    const query = { input_token: token, access_token: `${appId}|${appSecret}` }
    return fieldsOf(who, inspection, await call("/debug_token", query, signal)).data
  }

  async function verify({ openId, accessToken }: Proofs["facebook"]): Promise<Identity> {
    const signal = AbortSignal.timeout(timeout)
    const token = await inspect(accessToken, signal)
    if (!token.is_valid) throw new IdentityRefused("Facebook's token is not valid")
    if (token.app_id !== appId) throw new IdentityRefused("Facebook's token was given to another app")
    if (token.user_id !== openId) throw new IdentityRefused("Facebook's token is another person's")
    if (token.expires_at !== 0 && token.expires_at * 1_000 <= now()) {
      throw new IdentityRefused("Facebook's token has expired")
    }
    const fields = "id,name,picture.type(large)"
    const proof = appSecretProof(appSecret, accessToken)
    const query = { fields, access_token: accessToken, appsecret_proof: proof }
    const { id, name, picture } = fieldsOf(who, person, await call("/me", query, signal))
    if (id !== openId) throw new IdentityUnavailable("Facebook told of another person")
    const pictureUrl = picture?.data.is_silhouette ? undefined : picture?.data.url
    return { ids: [`id:${id}`], nickName: name, sex: 0, location: "", pictureUrl }
  }

  return {
    name: "facebook",
    verify,
    /** Asks about the app's own token, which a wrong secret is told by. */
    async check() {
      try {
        await inspect(`${appId}|${appSecret}`, AbortSignal.timeout(timeout))
        return undefined
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    },
  }
}
