import type { Log } from "../../log.ts"
import { type Clock, systemClock } from "../../video/clock.ts"
import { createHls } from "../../video/hls/hls.ts"
import { createRecordings } from "../../video/recording/recordings.ts"
import { encodeChunks } from "../../video/rtmp/chunk_writer.ts"
import { listenRtmp, type RtmpServer } from "../../video/rtmp/server.ts"
import { createStudio } from "../../video/studio.ts"
import { createDoor } from "./builtin_door.ts"
import { createGate } from "./builtin_gate.ts"
import { createNews } from "./builtin_news.ts"
import { flvSockets } from "./builtin_sockets.ts"
import type { MediaListener, MediaProvider } from "./index.ts"
import { signedQuery } from "./rtmp_keys.ts"

export interface BuiltinOptions {
  /** Where hosts push to and RTMP players pull from; port 0 is any that is free. */
  hostname: string
  port: number
  /** How the world reaches that, without the port: `rtmp://live.example.com`. */
  rtmpUrl: string
  /** How the world reaches this server's HTTP, without a slash at the end. */
  publicUrl: string
  /** The folder of the recordings. */
  dir: string
  kilobitsPerSecondMax: number
  /** Recording stops when less is free on the disk. */
  freeBytesLeast: number
  /** HMAC-SHA256 in hex of a text, under the stream secret. */
  sign(text: string): string
  /** Milliseconds since 1970. */
  now(): number
  log: Log
  clock?: Clock
}

/** How often recordings are looked for that could not be finished, or told of, in milliseconds. */
const lookEvery = 5 * 60_000

/**
 * Video without anything installed beside this server: hosts push RTMP, or FLV over a websocket; viewers pull RTMP,
 * HTTP-FLV, FLV over a websocket or HLS. Addresses are signed like those of `rtmp`, and a room that was to be saved is kept in the data folder.
 */
export function builtinMedia(options: BuiltinOptions): MediaProvider {
  const {
    hostname,
    port,
    rtmpUrl,
    publicUrl,
    dir,
    kilobitsPerSecondMax,
    freeBytesLeast,
    now,
    log,
    clock = systemClock,
  } = options
  let listener: MediaListener | undefined
  let rtmp: RtmpServer | undefined
  let isStopped = false
  let stopLooking = () => {}
  /** Rooms whose host is there and has shown something. */
  const onAir = new Set<number>()
  const news = createNews(log)
  const gate = createGate(options, () => listener)
  const studio = createStudio({
    gate,
    encodeRtmp: encodeChunks,
    onStarted(roomId) {
      onAir.add(roomId)
      news.tell(roomId, () => begun(roomId))
    },
    onEnded(roomId) {
      onAir.delete(roomId)
      news.tell(roomId, async () => listener?.ended(roomId))
    },
    limits: { kilobitsPerSecondMax },
    log,
  })
  /** What recordings take that nobody was told of yet, in bytes. */
  const growing = new Map<number, number>()
  const hls = createHls({ follow: (roomId, subscriber) => studio.find(roomId)?.subscribe(subscriber), log, now })
  const recordings = createRecordings({
    dir,
    keep: hls.keep,
    isOpen: async (roomId) => onAir.has(roomId) || (await listener?.mayPublish(roomId)) !== undefined,
    async mayKeep(roomId, bytes) {
      growing.set(roomId, bytes)
      const underWay = growing.values().reduce((sum, one) => sum + one, 0)
      return (await listener?.mayKeep(roomId, bytes, underWay)) ?? false
    },
    freeMin: freeBytesLeast,
    async onRecorded(roomId, recording) {
      await listener?.recorded(roomId, recording)
      growing.delete(roomId)
    },
    log,
  })

  async function begun(roomId: number): Promise<void> {
    const room = await listener?.mayPublish(roomId)
    if (room?.save) recordings.start(roomId)
    await listener?.started(roomId)
  }

  /** Finishes what could not be finished before, for want of disk or database; at the start, what a crash left. */
  async function lookForRecordings(): Promise<void> {
    await recordings.recover().catch((error) => log.error("recordings could not be recovered", { error }))
    if (!isStopped) stopLooking = clock.after(lookEvery, () => void lookForRecordings())
  }

  function listen(): RtmpServer {
    try {
      return listenRtmp({ port, hostname, studio, log })
    } catch (error) {
      throw new Error(`${(error as Error).message}. Stop what uses it, or set RTMP_PORT to another one.`)
    }
  }

  const cut = (roomId: number) => studio.close(roomId, "the room is over")
  const liveUrl = () => `${rtmpUrl}:${rtmp?.port ?? port}/live`
  return {
    name: "builtin",
    pushAddress: (roomId) => `${liveUrl()}/${roomId}${signedQuery(options, "push", roomId)}`,
    playAddresses(roomId) {
      const key = signedQuery(options, "play", roomId)
      return {
        rtmp: `${liveUrl()}/${roomId}${key}`,
        flv: `${publicUrl}/live/${roomId}.flv${key}`,
        hls: `${publicUrl}/live/${roomId}/index.m3u8${key}`,
      }
    },
    replayAddress: ({ key }) => `${publicUrl}/vod/${key}/index.m3u8${signedQuery(options, "replay", Number(key))}`,
    isStreaming: async (roomId) => onAir.has(roomId),
    record(roomId) {
      if (studio.find(roomId)) recordings.start(roomId)
    },
    cut,
    async close(roomId) {
      cut(roomId)
      // It may take a while, and is begun again later if it does not come to its end.
      const forget = () => growing.delete(roomId)
      void recordings.finish(roomId).then(forget, () => {})
    },
    deleteRecording: ({ key }) => recordings.remove(key),
    view: createDoor({ studio, hls, dir, gate, signing: options }),
    sockets: flvSockets(studio, log),
    async start(told) {
      listener = told
      rtmp = listen()
      void lookForRecordings()
    },
    async stop() {
      isStopped = true
      stopLooking()
      studio.stop("the server stops")
      await Promise.all([rtmp?.close(), hls.close()])
      await recordings.close()
      await news.told()
    },
    check: async () => undefined,
  }
}
