import { choice, flag, optional, port, type Setting, secret, setting, text, url, whole } from "./setting.ts"

const provider = choice("builtin", "rtmp", "qiniu", "ksyun")

const domain = (value: string) => {
  if (!/^[\w.-]+(:\d{1,5})?$/.test(value)) throw new Error("must be a domain such as live.example.com")
  return value
}

/** The base address of a domain, which may itself be one where it is reached by HTTPS. */
export const site = (value: string) => (value.includes("://") ? url("http", "https")(value) : `http://${domain(value)}`)

/** A secret that nobody guesses, and that a path carries as it is. */
const pathSecret = (value: string) => {
  if (!/^[\w-]{32,}$/.test(value)) throw new Error("must have 32 characters at least, letters, digits, - and _ alone")
  return value
}

/** Live video: who carries it and what it may take. */
export const mediaSettings = {
  mediaLine1: setting("MEDIA_LINE_1", "builtin", "Who carries line 1: builtin, rtmp, qiniu or ksyun", provider),
  mediaLine2: setting("MEDIA_LINE_2", "builtin", "Who carries line 2", provider),
  streamSecret: secret("STREAM_SECRET", "Signs push and play addresses; by default derived from the data key", text),
  streamKbpsMax: setting("STREAM_KBPS_MAX", "8000", "The most kilobits a second a host may push", whole(100, 200_000)),
  rtmpPort: setting("RTMP_PORT", "1935", "Port that hosts push to (builtin); 0 for a free one", port),
  recordingFreeGb: setting(
    "RECORDING_FREE_GB",
    "2",
    "Recording stops when less is free on the disk",
    whole(0, 100_000),
  ),
  recordingHostGb: setting("RECORDING_HOST_GB", "20", "The most a host's recordings may take", whole(0, 100_000)),
  recordingTotalGb: setting("RECORDING_TOTAL_GB", "200", "The most all recordings may take", whole(0, 1_000_000)),
  recordingEvict: setting(
    "RECORDING_EVICT",
    "0",
    "1 deletes the oldest recordings nobody recommends when the room is used up",
    flag,
  ),
  playbackMax: setting("PLAYBACK_MAX", "20", "Recordings a host may keep", whole(0, 10_000)),
  rtmpUrl: optional(
    "RTMP_URL",
    "Base of the addresses of an RTMP server of yours (rtmp), e.g. rtmp://video.example.com/live",
    url("rtmp", "rtmps"),
  ),
  playUrl: optional(
    "PLAY_URL",
    "Base of its FLV and HLS addresses, e.g. https://video.example.com/live",
    url("http", "https"),
  ),
  rtmpServer: setting("RTMP_SERVER", "nginx", "What it is: nginx, srs or mediamtx", choice("nginx", "srs", "mediamtx")),
  rtmpControlUrl: optional("RTMP_CONTROL_URL", "Where it is asked, e.g. http://127.0.0.1:8092", url("http", "https")),
  rtmpCallbackSecret: secret("RTMP_CALLBACK_SECRET", "The secret in the address that it calls", pathSecret),
  rtmpRecordingsDir: optional("RTMP_RECORDINGS_DIR", "The folder it records to; without it nothing is kept", text),
  rtmpRecordingsUrl: optional("RTMP_RECORDINGS_URL", "Base of that folder's addresses", url("http", "https")),
  qiniuAccessKey: optional("QINIU_ACCESS_KEY", "Access key at Qiniu", text),
  qiniuSecretKey: secret("QINIU_SECRET_KEY", "Secret key at Qiniu", text),
  qiniuHub: optional("QINIU_HUB", "Pili hub that carries the rooms, of no other use", text),
  qiniuPublishDomain: optional("QINIU_PUBLISH_DOMAIN", "Its domain for pushing, in the mode expiry_sk", domain),
  qiniuRtmpDomain: optional("QINIU_RTMP_DOMAIN", "Its domain for playing by RTMP", domain),
  qiniuHdlUrl: optional("QINIU_HDL_DOMAIN", "Its domain for playing by HTTP-FLV; with https:// where it can", site),
  qiniuHlsUrl: optional("QINIU_HLS_DOMAIN", "Its domain for playing by HLS", site),
  qiniuVodUrl: optional("QINIU_VOD_DOMAIN", "Domain of the bucket that its recordings are in", site),
  qiniuVodBucket: optional("QINIU_VOD_BUCKET", "That bucket; without it recordings cannot be deleted", text),
  qiniuPiliUrl: setting("QINIU_PILI_URL", "https://pili.qiniuapi.com", "Pili's address", url("http", "https")),
  qiniuRsUrl: setting("QINIU_RS_URL", "https://rs.qiniuapi.com", "Address of Qiniu's storage", url("http", "https")),
  ksyunAccessKey: optional("KSYUN_ACCESS_KEY", "Access key at Kingsoft Cloud", text),
  ksyunSecretKey: secret("KSYUN_SECRET_KEY", "Secret key at Kingsoft Cloud", text),
  ksyunUniqueName: optional("KSYUN_UNIQUE_NAME", "The name that Kingsoft Cloud gave the account", text),
  ksyunApp: setting("KSYUN_APP", "live", "Application that carries the rooms, of no other use", text),
  ksyunDomain: optional("KSYUN_DOMAIN", "A domain of yours instead of NAME.uplive.ks-cdn.com and so on", domain),
  ksyunDashboardUrl: optional(
    "KSYUN_DASHBOARD_URL",
    "Where it is asked, http://NAME.dashboard.ks-cdn.com by default",
    url("http", "https"),
  ),
  ksyunPushKey: secret(
    "KSYUN_PUSH_KEY",
    "Key of the MD5 form of push addresses, for accounts that do not push by access key",
    text,
  ),
  ksyunLeechKey: secret("KSYUN_LEECH_KEY", "Anti-leech key of play addresses; another than KSYUN_PUSH_KEY", text),
  ksyunCallbackSecret: secret(
    "KSYUN_CALLBACK_SECRET",
    "The secret in the address that its callbacks come to, 32 letters and digits at least",
    pathSecret,
  ),
} satisfies Record<string, Setting<unknown>>
