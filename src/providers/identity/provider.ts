import type { Config } from "../../config.ts"
import { Crowded, createGate } from "../../fetching/gate.ts"
import { facebookIdentity } from "./facebook.ts"
import { type IdentityProvider, type IdentityProviders, IdentityUnavailable } from "./index.ts"
import { qqIdentity } from "./qq.ts"
import { sandboxIdentity } from "./sandbox.ts"
import { sinaIdentity } from "./sina.ts"
import { twitterIdentity } from "./twitter.ts"
import { weixinIdentity } from "./weixin.ts"

/** How long a person may wait for a vendor, in milliseconds. */
const timeout = 8_000
/** People that one vendor is asked about at once; at 300 ms each that is a hundred a second. */
const atOnce = 32

/**
 * The vendors that the settings name.
 *
 * @throws with a sentence when one is named in part
 */
export function identityProviders(config: Config, now: () => number): IdentityProviders {
  if (config.sandbox) return sandboxIdentity
  const { weixinAppId, qqAppIds, sinaAppKey, facebookAppId, twitterConsumerKey } = config
  return {
    weixin: weixinAppId
      ? gated(weixinIdentity({ apiUrl: config.weixinApiUrl, appId: weixinAppId, timeout }))
      : undefined,
    qq: qqAppIds ? gated(qqIdentity({ apiUrl: config.qqApiUrl, appIds: qqAppIds, timeout })) : undefined,
    sina: sinaAppKey ? gated(sinaIdentity({ apiUrl: config.sinaApiUrl, appKey: sinaAppKey, timeout })) : undefined,
    facebook: facebookAppId
      ? gated(
          facebookIdentity({
            apiUrl: config.facebookApiUrl,
            appId: facebookAppId,
            appSecret: needed(config.facebookAppSecret, "FACEBOOK_APP_SECRET", "FACEBOOK_APP_ID"),
            now,
            timeout,
          }),
        )
      : undefined,
    twitter: twitterConsumerKey
      ? gated(
          twitterIdentity({
            apiUrl: config.twitterApiUrl,
            consumerKey: twitterConsumerKey,
            consumerSecret: needed(config.twitterConsumerSecret, "TWITTER_CONSUMER_SECRET", "TWITTER_CONSUMER_KEY"),
            now,
            timeout,
          }),
        )
      : undefined,
  }
}

/** Keeps a slow vendor from holding every connection: whoever comes while so many wait is told to come again. */
function gated<Proof>(provider: IdentityProvider<Proof>): IdentityProvider<Proof> {
  const gate = createGate(atOnce)
  return {
    name: provider.name,
    check: provider.check,
    verify: (proof) =>
      gate(() => provider.verify(proof)).catch((error: unknown) => {
        throw error instanceof Crowded ? new IdentityUnavailable(`of ${provider.name} ${error.message}`) : error
      }),
  }
}

function needed(value: string | undefined, name: string, because: string): string {
  if (value === undefined) throw new Error(`${because} needs ${name} beside it.`)
  return value
}
