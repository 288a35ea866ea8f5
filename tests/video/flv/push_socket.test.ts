import { expect, test } from "bun:test"
import { frame, keyFrame, videoConfig } from "../bodies.ts"
import { decoded, film } from "../film.ts"
import { Notes } from "../viewers.ts"
import { Client } from "./client.ts"
import { Stage } from "./stage.ts"

const small = await film("320x180", 2)

test("a browser's tags reach a player as they were sent", async () => {
  await using stage = new Stage()
  const playing = decoded(stage.http(7))
  await stage.log.until((event) => event === "watch 7")
  const ana = new Client(stage.ws("push", 7))
  await ana.opened
  ana.push(...small.tags.slice(0, 3))
  for (const [n, tag] of small.tags.slice(3).entries()) {
    ana.push(tag)
    await stage.log.until((event) => event === `message ${n + 2}`)
    stage.flush()
  }
  stage.studio.close(7, "the room is over")
  expect(await playing).toEqual(await decoded(small.file))
})

test("what a browser sends while it is being decided on counts once it is let in", async () => {
  await using stage = new Stage()
  const letIn = stage.hold()
  const ana = new Client(stage.ws("push", 7))
  await ana.opened
  ana.push({ kind: "video", timestamp: 0, body: videoConfig() })
  ana.push({ kind: "video", timestamp: 0, body: keyFrame() })
  await stage.log.until((event) => event === "message 2")
  letIn()
  await stage.log.until((event) => event === "7 started")
  const notes = new Notes()
  stage.studio.find(7)?.subscribe(notes)
  expect(notes.bodies).toEqual([videoConfig(), keyFrame()])
})

test("a browser that sends too much meanwhile is closed, and neither it nor one that is gone feeds the room", async () => {
  await using stage = new Stage()
  const letIn = stage.hold()
  const [ana, gone] = [new Client(stage.ws("push", 7)), new Client(stage.ws("push", 8))]
  await Promise.all([ana.opened, gone.opened])
  ana.push({ kind: "video", timestamp: 0, body: keyFrame(0, 1024 * 1024) })
  expect(await ana.closed).toEqual({ code: 1009, reason: "too much before the decision" })
  gone.push({ kind: "video", timestamp: 0, body: videoConfig() }, { kind: "video", timestamp: 0, body: keyFrame() })
  gone.socket.close()
  await stage.log.until((event) => event === "closed 8")
  letIn()
  await stage.log.until((event) => event === "publish 8")
  expect(stage.studio.statistics()).toMatchObject({ streams: 0, bytesIn: 0 })
})

test("the same host's next socket takes over, and what the first still sends reaches nobody", async () => {
  await using stage = new Stage()
  const phone = new Client(stage.ws("push", 7))
  await stage.log.until((event) => event === "publish 7")
  const notes = new Notes()
  stage.studio.find(7)?.subscribe(notes)
  const laptop = new Client(stage.ws("push", 7))
  expect(await phone.closed).toEqual({ code: 1008, reason: "another connection took over" })
  await laptop.opened
  phone.push({ kind: "video", timestamp: 0, body: videoConfig(1) })
  laptop.push({ kind: "video", timestamp: 0, body: videoConfig(2) }, { kind: "video", timestamp: 0, body: keyFrame(2) })
  await stage.log.until((event) => event === "7 started")
  expect(notes.heard[0]).toBe("interrupted")
  expect(notes.bodies).toEqual([videoConfig(2), keyFrame(2)])
})

test.each([
  ["text", "hello", 1003, "binary only"],
  ["what is no tag", Uint8Array.of(1, 2, 3), 1007, "not FLV tags"],
  ["a file's header", new TextEncoder().encode("FLV\x01\x05\0\0\0\x09\0\0\0\0"), 1007, "not FLV tags"],
] as const)("a socket that sends %s is closed", async (_, message, code, reason) => {
  await using stage = new Stage()
  const ana = new Client(stage.ws("push", 7))
  await stage.log.until((event) => event === "publish 7")
  await ana.opened
  ana.socket.send(message)
  expect(await ana.closed).toEqual({ code, reason })
  expect(stage.studio.statistics().streams).toBe(0)
})

test("a socket that is refused or breaks a limit is told why", async () => {
  await using stage = new Stage({ packetBytesMax: 1_000 })
  expect(await new Client(stage.ws("push", 403)).closed).toEqual({ code: 1008, reason: "refused" })
  const ana = new Client(stage.ws("push", 7))
  await ana.opened
  ana.push({ kind: "video", timestamp: 0, body: frame(0, 2_000) })
  expect(await ana.closed).toEqual({ code: 1008, reason: "a packet of more than 1000 bytes" })
})
