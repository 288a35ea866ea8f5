import { connect } from "node:net"
import type { MediaProvider } from "./index.ts"

/** How long an address opens a new connection, in seconds; a stream under way is not cut. */
const pushTtl = 6 * 3_600
const playTtl = 24 * 3_600
const checkTimeout = 3_000

interface Options {
  /** Base of push and RTMP play addresses, such as `rtmp://video.example.com/live`. */
  rtmpUrl: string
  /** Base of the FLV and HLS addresses, such as `https://video.example.com/live`. */
  playUrl: string
  /** HMAC-SHA256 in hex of a text, under the stream secret. */
  sign(text: string): string
  /** Milliseconds since 1970. */
  now(): number
}

/**
 * An RTMP server run beside this one (nginx-rtmp, SRS, MediaMTX). Addresses end in `?e=SECONDS&key=HEX`: HEX is the first
 * 32 digits of the HMAC of `push:ROOM:SECONDS` or `play:ROOM:SECONDS`, so a viewer's address cannot be pushed to.
 */
export function rtmpMedia({ rtmpUrl, playUrl, sign, now }: Options): MediaProvider {
  const query = (use: "push" | "play", roomId: number, ttl: number) => {
    const end = Math.floor(now() / 1_000) + ttl
    return `?e=${end}&key=${sign(`${use}:${roomId}:${end}`).slice(0, 32)}`
  }
  return {
    name: "rtmp",
    pushAddress: (roomId) => `${rtmpUrl}/${roomId}${query("push", roomId, pushTtl)}`,
    playAddresses(roomId) {
      const key = query("play", roomId, playTtl)
      return {
        rtmp: `${rtmpUrl}/${roomId}${key}`,
        flv: `${playUrl}/${roomId}.flv${key}`,
        hls: `${playUrl}/${roomId}/index.m3u8${key}`,
      }
    },
    check: () => canConnect(new URL(rtmpUrl)),
  }
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
