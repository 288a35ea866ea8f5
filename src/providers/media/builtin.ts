import type { Log } from "../../log.ts"
import { closeFlvSocket, drainFlvSocket, openFlvSocket } from "../../video/flv/socket.ts"
import { createHls } from "../../video/hls/hls.ts"
import { createRecordings } from "../../video/recording/recordings.ts"
import { encodeChunks } from "../../video/rtmp/chunk_writer.ts"
import { listenRtmp, type RtmpServer } from "../../video/rtmp/server.ts"
import { createStudio } from "../../video/studio.ts"
import { createDoor } from "./builtin_door.ts"
import { createGate } from "./builtin_gate.ts"
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
}

/**
 * Video without anything installed beside this server: hosts push RTMP, viewers pull RTMP, HTTP-FLV, FLV over a websocket
 * or HLS. Addresses are signed like those of `rtmp`, and a room that was to be saved is kept in the data folder.
 */
export function builtinMedia(options: BuiltinOptions): MediaProvider {
  const { hostname, port, rtmpUrl, publicUrl, dir, kilobitsPerSecondMax, freeBytesLeast, now, log } = options
  let listener: MediaListener | undefined
  let rtmp: RtmpServer | undefined
  const gate = createGate(options, () => listener)
  const news = (what: string, told: Promise<unknown> | undefined) =>
    void told?.catch((error) => log.error("a stream's news was lost", { what, error }))
  const studio = createStudio({
    gate,
    encodeRtmp: encodeChunks,
    onStarted: (roomId) => news("started", begun(roomId)),
    onEnded: (roomId) => news("ended", listener?.ended(roomId)),
    limits: { kilobitsPerSecondMax },
    log,
  })
  const isStreaming = (roomId: number) => studio.streams().some((stream) => stream.roomId === roomId)
  const hls = createHls({ follow: (roomId, subscriber) => studio.find(roomId)?.subscribe(subscriber), log, now })
  const recordings = createRecordings({
    dir,
    keep: hls.keep,
    isOpen: async (roomId) => (await listener?.mayPublish(roomId)) !== undefined,
    mayKeep: async (roomId, bytes) => (await listener?.mayKeep(roomId, bytes)) ?? false,
    freeMin: freeBytesLeast,
    onRecorded: (roomId, recording) => listener?.recorded(roomId, recording),
    log,
  })

  async function begun(roomId: number): Promise<void> {
    const room = await listener?.mayPublish(roomId)
    if (room?.save) recordings.start(roomId)
    await listener?.started(roomId)
  }

  function listen(): RtmpServer {
    try {
      return listenRtmp({ port, hostname, studio, log })
    } catch (error) {
      throw new Error(`${(error as Error).message}. Stop what uses it, or set RTMP_PORT to another one.`)
    }
  }

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
    replayAddress: ({ key }) => `${publicUrl}/vod/${key}/index.m3u8${signedQuery(options, "play", Number(key))}`,
    isStreaming: async (roomId) => isStreaming(roomId),
    record(roomId) {
      if (isStreaming(roomId)) recordings.start(roomId)
    },
    async close(roomId) {
      studio.close(roomId, "the room is over")
      // It may take a while, and is begun again at the next start if it does not come to its end.
      void recordings.finish(roomId).catch(() => {})
    },
    deleteRecording: ({ key }) => recordings.remove(key),
    view: createDoor({ studio, hls, dir, gate, signing: options }),
    sockets: {
      open: (socket) => void openFlvSocket(studio, socket.data.stream, socket),
      drain: drainFlvSocket,
      close: closeFlvSocket,
    },
    async start(told) {
      listener = told
      rtmp = listen()
      void recordings.recover().catch((error) => log.error("recordings could not be recovered", { error }))
    },
    async stop() {
      studio.stop("the server stops")
      await Promise.all([rtmp?.close(), hls.close()])
      await recordings.close()
    },
    check: async () => undefined,
  }
}
