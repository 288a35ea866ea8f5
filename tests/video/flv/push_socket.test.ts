import { expect, test } from "bun:test"
import { frame, keyFrame, videoConfig } from "../bodies.ts"
import { decoded, film } from "../film.ts"
import { Notes } from "../viewers.ts"
import { Client, tagBytes } from "./client.ts"
import { Stage } from "./stage.ts"

const small = await film("320x180", 2)

test("a browser's tags reach a player as they were sent", async () => {
  await using stage = new Stage()
  const playing = decoded(stage.http(7))
  await stage.log.until((event) => event === "watch 7")
  const ana = new Client(stage.ws("push", 7))
  await ana.welcomed()
  ana.push(...small.tags.slice(0, 3))
  for (const [n, tag] of small.tags.slice(3).entries()) {
    ana.push(tag)
    await stage.log.until((event) => event === `message ${n + 2}`)
    stage.flush()
  }
  stage.studio.close(7, "the room is over")
  expect(await playing).toEqual(await decoded(small.file))
})

test("tags may be cut anywhere", async () => {
  for (const size of [1, 7, 1_000]) {
    await using stage = new Stage()
    const ana = new Client(stage.ws("push", 7))
    await ana.welcomed()
    const notes = new Notes()
    stage.studio.find(7)?.subscribe(notes)
    const sent = [videoConfig(), keyFrame(1, 3_000), frame(2, 500), frame(3, 1)]
    ana.pushBytes(tagBytes(sent.map((body, n) => ({ kind: "video", timestamp: 40 * n, body }))), size)
    await stage.log.until((event) => event.startsWith("message") && notes.bodies.length === sent.length)
    expect(notes.bodies).toEqual(sent)
  }
})

test("nobody is heard who was not let in: neither one who cannot wait, nor one who is gone", async () => {
  await using stage = new Stage()
  const letIn = stage.hold()
  const [ana, gone] = [new Client(stage.ws("push", 7)), new Client(stage.ws("push", 8))]
  await Promise.all([ana.opened, gone.opened])
  ana.push({ kind: "video", timestamp: 0, body: keyFrame() })
  expect(await ana.closed).toEqual({ code: 1008, reason: 'nothing may come before the word "publishing"' })
  gone.socket.close()
  await stage.log.until((event) => event === "closed 8")
  letIn()
  await stage.log.until((event) => event === "publish 8")
  expect(stage.studio.statistics()).toMatchObject({ streams: 0, bytesIn: 0 })
  expect([...ana.heard.items, ...gone.heard.items]).toEqual([])
})

test("the same host's next socket takes over, and what the first still sends reaches nobody", async () => {
  await using stage = new Stage()
  const phone = new Client(stage.ws("push", 7))
  await phone.welcomed()
  const notes = new Notes()
  stage.studio.find(7)?.subscribe(notes)
  const laptop = new Client(stage.ws("push", 7))
  expect(await phone.closed).toEqual({ code: 1008, reason: "another connection took over" })
  await laptop.welcomed()
  phone.push({ kind: "video", timestamp: 0, body: videoConfig(1) })
  laptop.push({ kind: "video", timestamp: 0, body: videoConfig(2) }, { kind: "video", timestamp: 0, body: keyFrame(2) })
  await stage.log.until((event) => event === "7 started")
  expect(notes.heard[0]).toBe("interrupted")
  expect(notes.bodies).toEqual([videoConfig(2), keyFrame(2)])
})

test.each([
  ["text", "hello", 1003, "binary only"],
  ["what is no tag", Uint8Array.of(1, 2, 3), 1007, "not FLV tags"],
  [
    "a tag that would be too large",
    Uint8Array.of(9, 0x40, 0, 1, 0, 0, 0, 0, 0, 0, 0),
    1007,
    "a tag of more than 4194304 bytes",
  ],
  [
    "a back pointer that leads elsewhere",
    Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12),
    1007,
    "not FLV tags",
  ],
  ["a file's header", new TextEncoder().encode("FLV\x01\x05\0\0\0\x09\0\0\0\0"), 1007, "not FLV tags"],
] as const)("a socket that sends %s is closed", async (_, message, code, reason) => {
  await using stage = new Stage()
  const ana = new Client(stage.ws("push", 7))
  await ana.welcomed()
  ana.socket.send(message)
  expect(await ana.closed).toEqual({ code, reason })
  expect(stage.studio.statistics().streams).toBe(0)
})

test("a socket that is refused or breaks a limit is told why", async () => {
  await using stage = new Stage({ packetBytesMax: 1_000 })
  expect(await new Client(stage.ws("push", 403)).closed).toEqual({ code: 1008, reason: "refused" })
  const ana = new Client(stage.ws("push", 7))
  await ana.welcomed()
  ana.push({ kind: "video", timestamp: 0, body: frame(0, 2_000) })
  expect(await ana.closed).toEqual({ code: 1008, reason: "a packet of more than 1000 bytes" })
})

test.each<[string, Uint8Array]>([
  ["nothing", new Uint8Array(0)],
  ["nothing to see or hear", tagBytes([{ kind: "data", timestamp: 0, body: Uint8Array.of(2, 0, 1, 65, 5) }])],
  ["a codec that nobody can play", tagBytes([{ kind: "video", timestamp: 0, body: Uint8Array.of(0x12, 1, 2, 3) }])],
  ["the beginning of a large tag", Uint8Array.of(9, 0x3f, 255, 255, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3)],
])("a browser that was let in and sends %s is taken for gone after 15 seconds", async (_, bytes) => {
  await using stage = new Stage()
  const ana = new Client(stage.ws("push", 7))
  await ana.welcomed()
  ana.socket.send(bytes)
  await stage.log.until((event) => event === "message 1")
  stage.clock.advance(14_000)
  expect(stage.studio.statistics().streams).toBe(1)
  stage.clock.advance(2_000)
  expect(await ana.closed).toEqual({ code: 1008, reason: "no media for 15 seconds" })
  expect(stage.studio.statistics()).toMatchObject({ streams: 0 })
})
