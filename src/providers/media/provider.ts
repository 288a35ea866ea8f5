import { createHmac } from "node:crypto"
import { join } from "node:path"
import { type Config, publicUrlOf } from "../../config.ts"
import type { Keys } from "../../keys.ts"
import type { Log } from "../../log.ts"
import { builtinMedia } from "./builtin.ts"
import type { MediaProvider, MediaProviderName } from "./index.ts"
import { ksyunMedia } from "./ksyun.ts"
import { type MediaLines, mediaLines } from "./lines.ts"
import { qiniuMedia } from "./qiniu.ts"
import { rtmpMedia } from "./rtmp.ts"

/** How long a vendor may take to answer, in milliseconds. */
const askTimeout = 10_000

interface Ground {
  keys: Pick<Keys, "sign">
  log: Log
  now(): number
}

/**
 * The providers of the lines, as configured.
 *
 * @throws with a sentence naming the setting that a provider lacks
 */
export function mediaProviders(config: Config, ground: Ground): MediaLines {
  const make = makers(config, ground)
  return mediaLines([config.mediaLine1, config.mediaLine2], (name) => make[name]())
}

const makers = (config: Config, { keys, log, now }: Ground): Record<MediaProviderName, () => MediaProvider> => {
  const publicUrl = publicUrlOf(config)
  const { streamSecret } = config
  const sign = (text: string) =>
    streamSecret === undefined
      ? keys.sign("stream", text)
      : createHmac("sha256", streamSecret).update(text).digest("hex")
  return {
    builtin: () =>
      builtinMedia({
        hostname: config.host,
        port: config.rtmpPort,
        rtmpUrl: `rtmp://${new URL(publicUrl).hostname}`,
        publicUrl,
        dir: join(config.dataDir, "recordings"),
        kilobitsPerSecondMax: config.streamKbpsMax,
        freeBytesLeast: config.recordingFreeGb * 1_000_000_000,
        sign,
        now,
        log,
      }),
    rtmp: () =>
      rtmpMedia({
        server: config.rtmpServer,
        controlUrl: config.rtmpControlUrl,
        callbackSecret: needed("rtmp", "RTMP_CALLBACK_SECRET", config.rtmpCallbackSecret),
        recordings: config.rtmpRecordingsDir
          ? { dir: config.rtmpRecordingsDir, url: config.rtmpRecordingsUrl }
          : undefined,
        rtmpUrl: needed("rtmp", "RTMP_URL", config.rtmpUrl),
        playUrl: needed("rtmp", "PLAY_URL", config.playUrl),
        sign,
        now,
      }),
    qiniu: () =>
      qiniuMedia({
        accessKey: needed("qiniu", "QINIU_ACCESS_KEY", config.qiniuAccessKey),
        secretKey: needed("qiniu", "QINIU_SECRET_KEY", config.qiniuSecretKey),
        hub: needed("qiniu", "QINIU_HUB", config.qiniuHub),
        publishDomain: needed("qiniu", "QINIU_PUBLISH_DOMAIN", config.qiniuPublishDomain),
        rtmpDomain: needed("qiniu", "QINIU_RTMP_DOMAIN", config.qiniuRtmpDomain),
        hdlUrl: needed("qiniu", "QINIU_HDL_DOMAIN", config.qiniuHdlUrl),
        hlsUrl: needed("qiniu", "QINIU_HLS_DOMAIN", config.qiniuHlsUrl),
        vodUrl: needed("qiniu", "QINIU_VOD_DOMAIN", config.qiniuVodUrl),
        vodBucket: config.qiniuVodBucket,
        piliUrl: config.qiniuPiliUrl,
        rsUrl: config.qiniuRsUrl,
        publicUrl,
        now,
        timeout: askTimeout,
      }),
    ksyun: () =>
      ksyunMedia({
        accessKey: needed("ksyun", "KSYUN_ACCESS_KEY", config.ksyunAccessKey),
        secretKey: needed("ksyun", "KSYUN_SECRET_KEY", config.ksyunSecretKey),
        uniqueName: needed("ksyun", "KSYUN_UNIQUE_NAME", config.ksyunUniqueName),
        app: config.ksyunApp,
        domain: config.ksyunDomain,
        dashboardUrl: config.ksyunDashboardUrl,
        pushKey: config.ksyunPushKey,
        leechKey: config.ksyunLeechKey,
        callbackSecret: config.ksyunCallbackSecret,
        now,
        timeout: askTimeout,
      }),
  }
}

function needed(provider: MediaProviderName, name: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`A line of video is carried by ${provider}, which needs ${name}.`)
  return value
}
