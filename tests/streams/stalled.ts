import { RawReader } from "../video/flv/reader.ts"
import { RtmpClient } from "../video/rtmp/client.ts"
import type { Broadcast } from "./studio.ts"

const upgrade = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version: 13",
]

/** Somebody who was let in to watch and does not take another byte. */
export type Stalled = () => void

/** Comes to watch a room and stalls: the first by RTMP, the second by FLV over HTTP, the third by a websocket, and so on. @returns how to leave */
export async function stalls({ rtmpUrl, flvUrl }: Broadcast, turn: number): Promise<Stalled> {
  if (turn % 3 === 0) {
    const { port, pathname, search } = new URL(rtmpUrl.replace("rtmp:", "http:"))
    const client = await RtmpClient.connect(Number(port))
    await client.plays(pathname.replace("/live/", "") + search)
    client.socket.pause()
    return () => client.leave()
  }
  const { port, pathname, search } = new URL(flvUrl)
  const reader = await RawReader.connect(Number(port), pathname + search, turn % 3 === 1 ? [] : upgrade)
  await reader.got.until(() => true)
  reader.pause()
  return () => reader.leave()
}
