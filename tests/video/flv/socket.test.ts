import { expect, test } from "bun:test"
import { audioConfig, frame, keyFrame, sound, videoConfig } from "../bodies.ts"
import { decoded, film, send } from "../film.ts"
import { tagsOf } from "../viewers.ts"
import { Client } from "./client.ts"
import { RawReader } from "./reader.ts"
import { Stage } from "./stage.ts"

const small = await film("320x180", 2)
const opening = [
  { kind: "video" as const, timestamp: 0, body: videoConfig() },
  { kind: "video" as const, timestamp: 0, body: keyFrame() },
  { kind: "audio" as const, timestamp: 0, body: audioConfig() },
]
const upgrade = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version: 13",
]

test("every frame reaches a websocket as the encoder made it", async () => {
  await using stage = new Stage()
  const bo = new Client(stage.ws("watch", 7))
  await stage.log.until((event) => event === "watch 7")
  const feed = await stage.publish()
  for (const tag of small.tags) {
    send(feed, [tag])
    if (tag.kind === "video") stage.flush()
  }
  stage.studio.close(7, "the room is over")

  expect(await bo.closed).toEqual({ code: 1000, reason: "the stream is over" })
  expect(await decoded(bo.bytes)).toEqual(await decoded(small.file))
})

test("a websocket that is refused is told so, and one that is closed has left", async () => {
  await using stage = new Stage()
  expect(await new Client(stage.ws("watch", 403)).closed).toEqual({ code: 1008, reason: "refused" })
  const bo = new Client(stage.ws("watch", 7))
  await stage.log.until((event) => event === "watch 7")
  expect(stage.studio.statistics().viewers).toBe(1)
  bo.socket.close()
  await stage.log.until((event) => event === "left")
  expect(stage.studio.statistics().viewers).toBe(0)
})

test("a websocket that is closed while it is being decided on does not stay", async () => {
  await using stage = new Stage()
  const letIn = stage.hold()
  const bo = new Client(stage.ws("watch", 7))
  await bo.opened
  bo.socket.close()
  await stage.log.until((event) => event === "closed 7")
  letIn()
  await stage.log.until((event) => event === "left")
  expect(stage.studio.statistics().viewers).toBe(0)
})

test("a websocket that stands still for too long is cut at once", async () => {
  await using stage = new Stage()
  const feed = await stage.publish()
  send(feed, opening)
  const bo = await RawReader.connect(stage.port, "/watch/7", upgrade)
  await stage.log.until((event) => event === "watch 7")
  bo.pause()
  for (let n = 0; n < 300; n++) {
    send(feed, [{ kind: "video", timestamp: 100 * n, body: keyFrame(n, 75_000) }])
    stage.clock.advance(100)
    await new Promise(setImmediate)
  }
  await stage.log.until((event) => event === "closed 7")
  expect(stage.studio.statistics().viewers).toBe(0)
  // What the server still held for it is gone, a farewell with it.
  bo.resume()
  await bo.closed
  expect(messages(Buffer.concat(bo.got.items)).some(({ opcode }) => opcode === 8)).toBe(false)
})

test("a websocket that stands still and goes on has whole tags, and goes on at a key frame", async () => {
  await using stage = new Stage()
  const feed = await stage.publish()
  send(feed, opening)
  const bo = await RawReader.connect(stage.port, "/watch/7", upgrade)
  await stage.log.until((event) => event === "watch 7")
  bo.pause()
  let at = 0
  const run = async (enough: () => boolean) => {
    for (let n = 0; !enough(); n++) {
      at += 40
      send(feed, [{ kind: "video", timestamp: at, body: n % 25 === 0 ? keyFrame(n, 50_000) : frame(n, 50_000) }])
      stage.clock.advance(80)
      await new Promise(setImmediate)
    }
  }
  await run(() => stage.studio.statistics().framesShed > 30)
  bo.resume()
  const shed = () => stage.studio.statistics().framesShed
  let before = shed()
  await run(() => {
    const isSteady = shed() === before && stage.studio.statistics().viewers === 1 && at > 8_000
    before = shed()
    return isSteady
  })
  send(feed, [{ kind: "audio", timestamp: at, body: sound(99) }])
  stage.studio.close(7, "the room is over")
  await bo.closed

  const tags = tagsOf(payload(Buffer.concat(bo.got.items)))
  expect(tags.at(-1)?.body).toEqual(sound(99))
  const times = tags.filter(({ kind, body }) => kind === "video" && body[1] === 1).map(({ timestamp }) => timestamp)
  const gaps = times.flatMap((time, n) => (n > 0 && time - (times[n - 1] ?? 0) > 40 ? [time] : []))
  expect(gaps.length).toBeGreaterThan(0)
  for (const gap of gaps)
    expect(tags.find(({ timestamp, body }) => timestamp === gap && body[1] === 1)?.body[0]).toBe(0x17)
})

/** What the binary messages of a server carry. */
const payload = (bytes: Buffer) =>
  Buffer.concat(messages(bytes).flatMap(({ opcode, body }) => (opcode === 2 ? [body] : [])))

/** A server's messages after the head of its answer; the last one may be cut short. */
function messages(bytes: Buffer): { opcode: number; body: Buffer }[] {
  const found: { opcode: number; body: Buffer }[] = []
  let at = bytes.indexOf("\r\n\r\n") + 4
  while (bytes.length - at >= 10) {
    const short = bytes.readUInt8(at + 1)
    const head = short === 127 ? 10 : short === 126 ? 4 : 2
    const size =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    found.push({ opcode: bytes.readUInt8(at) & 15, body: bytes.subarray(at + head, at + head + size) })
    at += head + size
  }
  return found
}
