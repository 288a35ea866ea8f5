import { trouble } from "../../fetching/ask.ts"
import type { MediaProvider } from "./index.ts"
import { type KsyunApiOptions, ksyunApi, ksyunNonce } from "./ksyun_api.ts"
import { readKsyunCallback } from "./ksyun_callback.ts"
import { ksyunQuery, leechKey } from "./ksyun_sign.ts"
import { newsReader } from "./stream_news.ts"

/** How long an address opens a new connection, in seconds; a stream under way is not cut. */
const pushTtl = 6 * 3_600
const playTtl = 24 * 3_600

interface Options extends Omit<KsyunApiOptions, "dashboardUrl"> {
  /** The name that the account has at Kingsoft Cloud. */
  uniqueName: string
  /** A domain of one's own, whose `uplive.`, `rtmplive.` and so on lead there. */
  domain: string | undefined
  /** Where it is asked, if not at its own address. */
  dashboardUrl: string | undefined
  /** Key of the MD5 form of push addresses, for accounts that do not push by access key. */
  pushKey: string | undefined
  /** Key of the MD5 form of play addresses; without it they are open to everyone. */
  leechKey: string | undefined
  /** The last part of the address that callbacks come to; without it none is believed. */
  callbackSecret: string | undefined
}

/**
 * Kingsoft Cloud's live streaming: a room's stream is called by its id. Saved rooms have no replay: it tells nobody under
 * which name it records, nor when a recording is there.
 *
 * @throws {Error} for one key for both push and play addresses, which would let every viewer push
 */
export function ksyunMedia(options: Options): MediaProvider {
  const { uniqueName, app, domain, pushKey, now } = options
  const dashboardUrl = options.dashboardUrl ?? `http://${uniqueName}.dashboard.ks-cdn.com`
  if (pushKey && pushKey === options.leechKey) throw new Error("KSYUN_PUSH_KEY and KSYUN_LEECH_KEY must differ")
  const api = ksyunApi({ ...options, dashboardUrl })
  const isStreaming = (roomId: number) => api.isLive(String(roomId))
  const tell = newsReader(isStreaming)
  const host = (use: string) => (domain ? `${use}.${domain}` : `${uniqueName}.${use}.ks-cdn.com`)
  const endIn = (seconds: number) => Math.floor(now() / 1_000) + seconds
  const leechQuery = (key: string, roomId: number, end: number) => `t=${end}&k=${leechKey(key, String(roomId), end)}`
  return {
    name: "ksyun",
    pushAddress(roomId) {
      const end = endIn(pushTtl)
      const query = pushKey
        ? leechQuery(pushKey, roomId, end)
        : ksyunQuery(options, end, { nonce: ksyunNonce(), public: "1", vdoid: String(roomId) })
      return `rtmp://${host("uplive")}/${app}/${roomId}?${query}`
    },
    playAddresses(roomId) {
      const query = options.leechKey ? `?${leechQuery(options.leechKey, roomId, endIn(playTtl))}` : ""
      return {
        rtmp: `rtmp://${host("rtmplive")}/${app}/${roomId}${query}`,
        flv: `http://${host("hdllive")}/${app}/${roomId}.flv${query}`,
        hls: `http://${host("hlslive")}/${app}/${roomId}/index.m3u8${query}`,
      }
    },
    replayAddress: () => "",
    isStreaming,
    close: (roomId) => api.block(String(roomId)),
    deleteRecording: async () => {},
    async notify(callback, listener) {
      const reading = readKsyunCallback(callback, options)
      if (reading === "foreign") return Response.json({})
      if ("refused" in reading) return Response.json({ error: reading.why }, { status: reading.refused })
      const wasHeard = await tell(reading.news, listener)
      return Response.json({}, { status: wasHeard ? 200 : 503 })
    },
    check: () => trouble(api.isLive("0")),
  }
}
