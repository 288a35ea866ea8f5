import { trouble } from "../../fetching/ask.ts"
import type { MediaProvider } from "./index.ts"
import { type QiniuApiOptions, qiniuApi, type Span } from "./qiniu_api.ts"
import { readQiniuCallback } from "./qiniu_callback.ts"
import { qiniuSign } from "./qiniu_sign.ts"
import { newsReader } from "./stream_news.ts"

/** How long an address opens a new connection, in seconds; a stream under way is not cut. */
const pushTtl = 6 * 3_600

interface Options extends QiniuApiOptions {
  /** Domain to push to, whose mode at Qiniu is `expiry_sk`. */
  publishDomain: string
  /** Domain that plays RTMP. */
  rtmpDomain: string
  /** Base of the HTTP-FLV addresses, such as `http://live-hdl.example.com`. */
  hdlUrl: string
  /** Base of the HLS addresses. */
  hlsUrl: string
  /** Base of the addresses of recordings and snapshots. */
  vodUrl: string
  /** The bucket that the hub stores in; without it nothing is deleted there. */
  vodBucket: string | undefined
  /** How Qiniu reaches this server, without a slash at the end. */
  publicUrl: string
  /** Milliseconds since 1970. */
  now(): number
}

/**
 * Pili, Qiniu's live streaming: a room's stream is called by its id. The hub keeps what is pushed by a setting of its own; a
 * room that was to be saved gets a playlist of its span, whose seconds are the room's and so at least the video's. To delete
 * a recording is to delete its playlist: the segments end with the hub's term for them.
 */
export function qiniuMedia(options: Options): MediaProvider {
  const { hub, publishDomain, rtmpDomain, hdlUrl, hlsUrl, vodUrl, vodBucket, publicUrl, now } = options
  const api = qiniuApi(options)
  const isStreaming = (roomId: number) => api.isLive(String(roomId))
  const tell = newsReader(isStreaming)
  return {
    name: "qiniu",
    pushAddress(roomId) {
      const path = `/${hub}/${roomId}?e=${Math.floor(now() / 1_000) + pushTtl}`
      return `rtmp://${publishDomain}${path}&token=${options.accessKey}:${qiniuSign(options.secretKey, path)}`
    },
    playAddresses: (roomId) => ({
      rtmp: `rtmp://${rtmpDomain}/${hub}/${roomId}`,
      flv: `${hdlUrl}/${hub}/${roomId}.flv`,
      hls: `${hlsUrl}/${hub}/${roomId}.m3u8`,
    }),
    replayAddress: ({ key }) => `${vodUrl}/${key}`,
    isStreaming,
    async close(roomId, { save, startedAt, finishedAt }, listener) {
      const stream = String(roomId)
      await api.disable(stream)
      const span = { start: Math.floor(startedAt / 1_000), end: Math.ceil(finishedAt / 1_000) }
      if (!save || span.end <= span.start) return
      const key = recordingName(hub, stream, span)
      if (!(await api.save(stream, key, span))) return
      await listener.recorded(roomId, { key, seconds: span.end - span.start, bytes: 0 })
    },
    async deleteRecording({ key }) {
      if (vodBucket === undefined) throw new Error("QINIU_VOD_BUCKET is not set: the recording stays at Qiniu")
      await api.deleteFile(vodBucket, key)
    },
    async notify(callback, listener) {
      const reading = readQiniuCallback(callback, options, publicUrl)
      if (reading === "foreign") return Response.json({})
      if ("refused" in reading) return Response.json({ error: reading.why }, { status: reading.refused })
      const wasHeard = await tell(reading.news, listener)
      return Response.json({}, { status: wasHeard ? 200 : 503 })
    },
    async snapshot(roomId) {
      const name = await api.snapshot(String(roomId))
      return name === undefined ? undefined : `${vodUrl}/${name}`
    },
    check: () => trouble(api.greet()),
  }
}

/** Named as Pili names them itself; told with each call, so that a span saved twice is one file. */
const recordingName = (hub: string, stream: string, { start, end }: Span) =>
  `recordings/z1.${hub}.${stream}/${start}_${end}.m3u8`
