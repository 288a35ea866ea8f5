import { RawReader } from "../video/flv/reader.ts"
import { RtmpClient } from "../video/rtmp/client.ts"
import { rtmpParts } from "./stage.ts"
import type { Broadcast } from "./studio.ts"

const upgrade = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version: 13",
]

/**
 * Somebody is let in to watch a room and takes nothing: by RTMP, by FLV over HTTP or over a websocket, in turn.
 *
 * @throws when nobody is let in
 */
export async function stalls({ rtmpUrl, flvUrl }: Broadcast, turn: number): Promise<void> {
  if (turn % 3 === 0) {
    const { port, stream } = rtmpParts(rtmpUrl)
    const client = await RtmpClient.connect(port)
    const answer = await client.plays(stream)
    if (answer !== "NetStream.Play.Start") throw new Error(answer)
    client.socket.pause()
    return
  }
  const { port, pathname, search } = new URL(flvUrl)
  const reader = await RawReader.connect(Number(port), pathname + search, turn % 3 === 1 ? [] : upgrade)
  const head = await reader.got.until(() => true)
  if (!/^HTTP\/1\.1 (200|101) /.test(head.toString("latin1"))) throw new Error(head.toString("latin1"))
  reader.pause()
}
