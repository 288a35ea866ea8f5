import { choice, list, optional, type Setting, secret, setting, text, url, whole } from "./setting.ts"

const iceUrls =
  (...schemes: string[]) =>
  (value: string) => {
    const urls = value === "" ? [] : list(value)
    const isFit = (one: string) => schemes.some((scheme) => one.startsWith(`${scheme}:`)) && /^\w+:[^\s/]+$/.test(one)
    if (!urls.every(isFit)) throw new Error(`must be addresses such as ${schemes[0]}:turn.example.com:3478`)
    return urls
  }

const prefix = (value: string) => {
  if (!/^[\w-]{0,32}$/.test(value)) throw new Error("must have 32 characters at most, letters, digits, - and _ alone")
  return value
}

/** Conferences: who carries them, and how phones find each other. */
export const rtcSettings = {
  rtcProvider: setting(
    "RTC_PROVIDER",
    "builtin",
    "Who carries conferences: builtin (from phone to phone), qiniu or livekit",
    choice("builtin", "qiniu", "livekit"),
  ),
  conferencesMax: setting("CONFERENCES_MAX", "1000", "Conferences that may be open at once", whole(0, 1_000_000)),
  stunUrls: setting("STUN_URLS", "", "STUN servers for builtin, e.g. stun:stun.example.com", iceUrls("stun", "stuns")),
  turnUrls: setting("TURN_URLS", "", "TURN servers for builtin, e.g. turn:turn.example.com", iceUrls("turn", "turns")),
  turnSecret: secret("TURN_SECRET", "The secret they share with this server (coturn's static-auth-secret)", text),
  qiniuRtcUrl: setting("QINIU_RTC_URL", "https://rtc.qiniuapi.com", "Address of Qiniu's RTC", url("http", "https")),
  qiniuRtcPrefix: setting(
    "QINIU_RTC_PREFIX",
    "",
    "Stands before the ids of rooms and people at Qiniu's RTC, which may want three characters",
    prefix,
  ),
  livekitUrl: optional("LIVEKIT_URL", "Where apps reach LiveKit, e.g. wss://rtc.example.com", url("ws", "wss")),
  livekitApiUrl: optional(
    "LIVEKIT_API_URL",
    "Where this server reaches it; the same host by HTTP unless set",
    url("http", "https"),
  ),
  livekitApiKey: optional("LIVEKIT_API_KEY", "API key at LiveKit", text),
  livekitApiSecret: secret("LIVEKIT_API_SECRET", "That key's secret", text),
} satisfies Record<string, Setting<unknown>>
