import { connect, type Socket } from "node:net"
import { writeAmf } from "../../src/video/rtmp/amf0.ts"
import { encodeMessage } from "../../src/video/rtmp/chunk_writer.ts"
import { messageType } from "../../src/video/rtmp/message.ts"

/** Sockets that read a stream and throw it away. */
export interface Viewers extends AsyncDisposable {
  /** Bytes that came so far, to all of them together. */
  bytes(): number
  /** Viewers to whom nothing came since the last look. */
  silent(): number
}

/** Opens viewers of an HTTP-FLV address. */
export const watchFlv = (address: string, count: number): Promise<Viewers> => {
  const { hostname, port, pathname, search } = new URL(address)
  const request = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`
  return watch({ hostname, port: Number(port) }, count, (socket) => socket.write(request))
}

/** Opens viewers of an RTMP address, who say what players say and listen to no answer. */
export const watchRtmp = (address: string, count: number): Promise<Viewers> => {
  const { hostname, port, pathname, search } = new URL(address.replace("rtmp:", "http:"))
  const [, app = "", stream = ""] = pathname.split("/")
  const tcUrl = `rtmp://${hostname}:${port}/${app}`
  const say = (streamId: number, ...values: Parameters<typeof writeAmf>) =>
    encodeMessage({ type: messageType.command, timestamp: 0, streamId, body: writeAmf(...values) })
  const chunkSize = Buffer.from("0200000000000401000000000000ea60", "hex")
  const hello = Buffer.concat([Buffer.of(3), Buffer.alloc(1_536)])
  const wishes = Buffer.concat([
    Buffer.alloc(1_536),
    chunkSize,
    say(0, "connect", 1, { app, tcUrl }),
    say(0, "createStream", 2, null),
    say(1, "play", 3, null, stream + search),
  ])
  return watch({ hostname, port: Number(port) }, count, (socket) => {
    socket.write(hello)
    // What follows answers the server's half of the handshake.
    socket.once("data", () => socket.write(wishes))
  })
}

async function watch(
  to: { hostname: string; port: number },
  count: number,
  begin: (socket: Socket) => void,
): Promise<Viewers> {
  const counts = new Float64Array(count)
  const seen = new Float64Array(count)
  const sockets = Array.from({ length: count }, (_, nth) => {
    const socket = connect({ host: to.hostname, port: to.port, noDelay: true })
    socket.on("connect", () => begin(socket))
    socket.on("data", (bytes) => {
      counts[nth] = (counts[nth] ?? 0) + bytes.length
    })
    socket.on("error", () => {})
    return socket
  })
  return {
    bytes: () => counts.reduce((sum, one) => sum + one, 0),
    silent() {
      const silent = counts.filter((one, nth) => one === seen[nth]).length
      seen.set(counts)
      return silent
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
    },
  }
}
