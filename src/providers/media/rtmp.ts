import { connect } from "node:net"
import { trouble } from "../../fetching/ask.ts"
import { isSameSecret } from "../../secret.ts"
import type { MediaListener, MediaProvider } from "./index.ts"
import { opens, type Signing, signedQuery } from "./rtmp_keys.ts"
import { mediaMtx } from "./rtmp_mediamtx.ts"
import { nginxRtmp } from "./rtmp_nginx.ts"
import { rememberPublishers } from "./rtmp_publishers.ts"
import { recordingsIn } from "./rtmp_recordings.ts"
import type { RtmpControl, RtmpEvent } from "./rtmp_server.ts"
import { srs } from "./rtmp_srs.ts"

export type RtmpServerName = "nginx" | "srs" | "mediamtx"

const servers = { nginx: nginxRtmp, srs, mediamtx: mediaMtx }

export interface RtmpOptions extends Signing {
  server: RtmpServerName
  /** Base of push and RTMP play addresses, such as `rtmp://video.example.com/live`; its path is the application. */
  rtmpUrl: string
  /** Base of the FLV and HLS addresses, such as `https://video.example.com/live`. */
  playUrl: string
  /** Where the server is asked and commanded, such as `http://127.0.0.1:8092`; without it, what it tells has to do. */
  controlUrl: string | undefined
  /** What the path of its calls begins with; without it none is heard. */
  callbackSecret: string | undefined
  /** The folder it records to, as both call it, and the base of the addresses of what is in there, PLAY_URL by default. */
  recordings: { dir: string; url: string | undefined } | undefined
}

/** The longest call that is read, in bytes. */
const callMost = 65_536
/** How long a publisher waits for the one that it takes over from to be gone, in milliseconds. Servers wait 10 s for us. */
const takeOverTimeout = 5_000
const checkTimeout = 3_000

/**
 * An RTMP server run beside this one, which asks here who may publish and watch, and tells what goes on. Addresses end in
 * `?e=SECONDS&key=HEX`: HEX is the first 32 digits of the HMAC of `push:ROOM:SECONDS` or `play:ROOM:SECONDS`.
 *
 * The server records everything, so `recorded` is also told of rooms that nobody wants to keep.
 */
export function rtmpMedia(options: RtmpOptions): MediaProvider {
  const { rtmpUrl, playUrl, controlUrl, callbackSecret } = options
  const app = new URL(rtmpUrl).pathname.replace(/^\//, "")
  const server = servers[options.server]({ app, controlUrl })
  const publishers = rememberPublishers(options.now)
  const recordings = options.recordings && recordingsIn(options.recordings.dir)

  async function publish(event: RtmpEvent & { kind: "publish" }, listener: MediaListener): Promise<boolean> {
    const { roomId, connection } = event
    if (!opens(options, "push", roomId, event.query)) return false
    if (!event.starts) return (await listener.mayPublish(roomId)) !== undefined
    const earlier = publishers.add(roomId, connection)
    let isLetIn = false
    try {
      if (server.control) await takeOver(server.control, roomId, earlier)
      // Asked this late, since a room may end while somebody is cut.
      if (await listener.mayPublish(roomId)) {
        await listener.started(roomId)
        isLetIn = true
      }
      return isLetIn
    } finally {
      // The server does not tell the end of a connection that it was not allowed to let in.
      if (!isLetIn) publishers.remove(roomId, connection)
    }
  }

  /** A phone comes again before the server notices that it was gone. */
  async function takeOver(control: RtmpControl, roomId: number, earlier: string[]): Promise<void> {
    const cut = async () => {
      if (await control.cutPublisher(roomId)) await publishers.gone(roomId, earlier, takeOverTimeout)
      for (const one of earlier) publishers.remove(roomId, one)
    }
    // A server that cannot be commanded keeps the first and refuses the second itself.
    await within(
      takeOverTimeout,
      cut().catch(() => undefined),
    )
  }

  async function start(roomId: number, connection: string, listener: MediaListener): Promise<boolean> {
    if (await listener.mayPublish(roomId)) {
      publishers.add(roomId, connection)
      await listener.started(roomId)
      return true
    }
    await server.control?.cutPublisher(roomId)
    return false
  }

  async function isStillWanted(event: RtmpEvent & { kind: "publishing" | "playing" }, listener: MediaListener) {
    const { kind, roomId } = event
    try {
      if (kind === "playing") return await listener.mayWatch(roomId)
      if (!(await listener.mayPublish(roomId))) return false
      if (publishers.see(roomId, event.connection)) await listener.started(roomId)
      return true
    } catch {
      // A trouble of ours is no reason to cut anybody.
      return true
    }
  }

  async function record(event: RtmpEvent & { kind: "recorded" }, listener: MediaListener): Promise<boolean> {
    const recording = await recordings?.find(event.path, event.seconds)
    if (recording) await listener.recorded(event.roomId, recording)
    return recording !== undefined
  }

  async function decide(event: RtmpEvent, listener: MediaListener): Promise<boolean> {
    switch (event.kind) {
      case "publish":
        return publish(event, listener)
      case "started":
        return start(event.roomId, event.connection, listener)
      case "ended":
        if (publishers.remove(event.roomId, event.connection)) await listener.ended(event.roomId)
        return true
      case "play":
        return opens(options, "play", event.roomId, event.query) && listener.mayWatch(event.roomId)
      case "publishing":
      case "playing":
        return isStillWanted(event, listener)
      case "recorded":
        return record(event, listener)
      case "other":
        return true
      case "foreign":
        return false
    }
  }

  return {
    name: "rtmp",
    pushAddress: (roomId) => `${rtmpUrl}/${roomId}${signedQuery(options, "push", roomId)}`,
    playAddresses(roomId) {
      const query = signedQuery(options, "play", roomId)
      return {
        rtmp: `${rtmpUrl}/${roomId}${query}`,
        flv: `${playUrl}/${roomId}.flv${query}`,
        hls: `${playUrl}/${roomId}/index.m3u8${query}`,
      }
    },
    replayAddress: ({ key }) =>
      `${options.recordings?.url ?? playUrl}/${key.split("/").map(encodeURIComponent).join("/")}`,
    isStreaming: async (roomId) => (server.control ? server.control.isStreaming(roomId) : publishers.has(roomId)),
    async close(roomId) {
      await server.control?.cutAll(roomId)
      publishers.forget(roomId)
    },
    async deleteRecording({ key }) {
      if (!recordings) throw new Error("RTMP_RECORDINGS_DIR is not set.")
      await recordings.remove(key)
    },
    async notify({ method, path, query, body }, listener) {
      const [secret = "", ...rest] = path.split("/")
      const event =
        callbackSecret && isSameSecret(secret, callbackSecret) && body.length <= callMost
          ? server.read({ method, path: rest.join("/"), query, body })
          : undefined
      return event ? server.answer(await decide(event, listener)) : new Response(undefined, { status: 404 })
    },
    async check() {
      if (!callbackSecret) return "RTMP_CALLBACK_SECRET is not set, so the RTMP server's calls are refused"
      const troubles = [canConnect(new URL(rtmpUrl))]
      if (server.control) troubles.push(trouble(server.control.isStreaming(1)))
      if (recordings) troubles.push(trouble(recordings.check()))
      return (await Promise.all(troubles)).find((one) => one !== undefined)
    },
  }
}

/** Waits for a promise at most so many milliseconds. */
async function within(timeout: number, promise: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, timeout)
  await Promise.race([promise, late])
  clearTimeout(timer)
}

function canConnect({ hostname, port }: URL): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port || 1935),
      timeout: checkTimeout,
    })
    const tell = (result: string | undefined) => {
      socket.destroy()
      resolve(result)
    }
    socket.on("connect", () => tell(undefined))
    socket.on("timeout", () => tell(`the RTMP server ${hostname} does not answer`))
    socket.on("error", (error) => tell(`the RTMP server ${hostname} cannot be reached: ${error.message}`))
  })
}
