import {
  type Identity,
  type IdentityProvider,
  type IdentityProviders,
  IdentityRefused,
  IdentityUnavailable,
} from "./index.ts"

/**
 * Vendors for development: whoever names themselves is believed. The access tokens `refused` and `unavailable` show how an
 * app does when a vendor says no, or is not there.
 */
export const sandboxIdentity: IdentityProviders = {
  weixin: believing("weixin"),
  qq: believing("qq"),
  sina: believing("sina"),
  facebook: believing("facebook"),
  twitter: believing("twitter"),
}

function believing(vendor: string): IdentityProvider<{ openId: string; accessToken: string }> {
  return {
    name: "sandbox",
    async verify({ openId, accessToken }): Promise<Identity> {
      if (accessToken === "refused") throw new IdentityRefused("the sandbox refuses as it is told")
      if (accessToken === "unavailable") throw new IdentityUnavailable("the sandbox is away as it is told")
      return {
        ids: [`sandbox:${openId}`],
        nickName: `${vendor} ${openId}`,
        sex: 0,
        location: "",
        pictureUrl: undefined,
      }
    },
    check: async () => undefined,
  }
}
