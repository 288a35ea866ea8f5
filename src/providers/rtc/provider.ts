import type { Config } from "../../config.ts"
import type { Keys } from "../../keys.ts"
import { builtinRtc } from "./builtin.ts"
import type { RtcProvider, RtcProviderName } from "./index.ts"
import { livekitRtc } from "./livekit.ts"
import { qiniuRtc } from "./qiniu.ts"

/** How long a vendor may take to answer, in milliseconds. */
const askTimeout = 10_000

interface Ground {
  keys: Pick<Keys, "sign">
  now(): number
}

/**
 * The provider of conferences as configured.
 *
 * @throws with a sentence naming the setting that it lacks
 */
export const rtcProvider = (config: Config, ground: Ground): RtcProvider => makers(config, ground)[config.rtcProvider]()

const makers = (config: Config, { keys, now }: Ground): Record<RtcProviderName, () => RtcProvider> => ({
  builtin() {
    const { stunUrls, turnUrls, turnSecret } = config
    if (turnUrls.length > 0 && turnSecret === undefined) throw new Error("TURN_URLS needs TURN_SECRET.")
    return builtinRtc({ stunUrls, turnUrls, turnSecret, sign: (text) => keys.sign("rtc", text), now })
  },
  qiniu: () =>
    qiniuRtc({
      accessKey: needed("qiniu", "QINIU_ACCESS_KEY", config.qiniuAccessKey),
      secretKey: needed("qiniu", "QINIU_SECRET_KEY", config.qiniuSecretKey),
      rtcUrl: config.qiniuRtcUrl,
      prefix: config.qiniuRtcPrefix,
      now,
      timeout: askTimeout,
    }),
  livekit() {
    const url = needed("livekit", "LIVEKIT_URL", config.livekitUrl)
    return livekitRtc({
      url,
      apiUrl: config.livekitApiUrl ?? url.replace(/^ws/, "http"),
      apiKey: needed("livekit", "LIVEKIT_API_KEY", config.livekitApiKey),
      apiSecret: needed("livekit", "LIVEKIT_API_SECRET", config.livekitApiSecret),
      now,
      timeout: askTimeout,
    })
  },
})

function needed(provider: RtcProviderName, name: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`RTC_PROVIDER=${provider} needs ${name}.`)
  return value
}
