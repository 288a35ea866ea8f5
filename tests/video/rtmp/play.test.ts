import { expect, test } from "bun:test"
import type { Packet, Sink } from "../../../src/video/packet.ts"
import { encodeChunks } from "../../../src/video/rtmp/chunk_writer.ts"
import { messageType } from "../../../src/video/rtmp/message.ts"
import { RtmpClient } from "./client.ts"
import { Stage } from "./stage.ts"

const picture = (at: number, size = 10): Packet => ({
  kind: "video",
  at,
  body: Buffer.alloc(size, at),
  isConfig: false,
  isKey: false,
})
const big = 500_000

/** Writes to a viewer who does not read until so much has piled up. */
async function pileUp(sink: Sink, bytes: number) {
  const encoded = encodeChunks(picture(1, big))
  while (sink.buffered() < bytes) {
    sink.write(encoded)
    await new Promise(setImmediate)
  }
}

test("Bo is told that he may play before the first packet, also when the studio was quicker", async () => {
  await using stage = new Stage()
  stage.welcome = [picture(1), picture(2)]
  const bo = await RtmpClient.connect(stage.server.port)
  expect(await bo.plays("eve?key=good")).toBe("NetStream.Play.Start")
  stage.show(picture(3, 200_000))
  await bo.got.until(({ timestamp }) => timestamp === 3)

  const sizeAt = bo.got.items.findIndex(({ type }) => type === messageType.windowSize)
  expect(sizeAt).toBe(0)
  const from = bo.got.items.findIndex(({ type }) => type === messageType.userControl)
  expect(bo.got.items.slice(from).map(({ type }) => type)).toEqual([
    messageType.userControl,
    messageType.command,
    messageType.command,
    messageType.data,
    messageType.video,
    messageType.video,
    messageType.video,
  ])
  expect(bo.said()).toEqual(["_result", "_result", "NetStream.Play.Reset", "NetStream.Play.Start"])
  expect(bo.got.items.slice(-3).map(({ timestamp, streamId, body }) => [timestamp, streamId, body.length])).toEqual([
    [1, 1, 10],
    [2, 1, 10],
    [3, 1, 200_000],
  ])

  bo.leave()
  await stage.events.until((event) => event === "eve is left")
  expect(stage.viewers.size).toBe(0)
})

test("a refused player hears that there is no such stream, and nothing of what there is", async () => {
  await using stage = new Stage()
  stage.welcome = [picture(1)]
  stage.admits = () => false
  const watch = stage.watch.bind(stage)
  stage.watch = (request, format, sink) => {
    sink.write(encodeChunks(picture(1)))
    return watch(request, format, sink)
  }
  const bo = await RtmpClient.connect(stage.server.port)
  expect(await bo.plays("eve?key=bad")).toBe("NetStream.Play.StreamNotFound")
  await bo.ended
  expect(bo.got.items.filter(({ type }) => type === messageType.video)).toEqual([])
})

test("when the stream is over its viewers are told, and the studio is told that they left", async () => {
  await using stage = new Stage()
  const bo = await RtmpClient.connect(stage.server.port)
  await bo.plays("eve?key=good")
  stage.show(picture(1))
  const { sink } = stage
  sink.close()
  sink.close()
  sink.write(encodeChunks(picture(2)))
  expect(stage.viewers.size).toBe(1)
  await bo.ended
  expect(bo.said().at(-1)).toBe("NetStream.Play.UnpublishNotify")
  expect(Buffer.from(bo.got.items.at(-2)?.body ?? []).toString("hex")).toBe("000100000001")
  expect(bo.got.items.filter(({ type }) => type === messageType.video)).toHaveLength(1)
  expect(stage.events.items).toEqual(["eve is watched", "eve is left"])
})

test("a viewer whom the studio closes while it still thinks is let go, whatever it says then", async () => {
  await using stage = new Stage()
  const watch = stage.watch.bind(stage)
  stage.watch = (request, format, sink) => {
    sink.write(encodeChunks(picture(1)))
    sink.close()
    sink.write(encodeChunks(picture(1)))
    expect(sink.buffered()).toBeLessThan(1_000)
    return watch(request, format, sink)
  }
  const bo = await RtmpClient.connect(stage.server.port)
  expect(await bo.plays("eve?key=good")).toBe("NetStream.Play.StreamNotFound")
  await stage.events.until((event) => event === "eve is left")
})

test("what a slow viewer has not taken is counted, and freed when it is closed", async () => {
  await using stage = new Stage()
  const bo = await RtmpClient.connect(stage.server.port)
  await bo.plays("eve?key=good")
  bo.socket.pause()
  const { sink } = stage
  await pileUp(sink, 5_000_000)
  const before = sink.buffered()
  sink.write(encodeChunks(picture(1, big)))
  expect(sink.buffered() - before).toBeGreaterThanOrEqual(big)
  sink.close()
  expect(sink.buffered()).toBe(0)
  await stage.events.until((event) => event === "eve is left")
  bo.socket.resume()
  await bo.closed
})

test("a viewer who was slow gets everything once he reads again", async () => {
  await using stage = new Stage()
  const bo = await RtmpClient.connect(stage.server.port)
  await bo.plays("eve?key=good")
  bo.socket.pause()
  const { sink } = stage
  await pileUp(sink, 3_000_000)
  stage.show(picture(99))
  bo.socket.resume()
  await bo.got.until(({ timestamp }) => timestamp === 99)
  const pictures = bo.got.items.filter(({ type, timestamp }) => type === messageType.video && timestamp === 1)
  expect(pictures.length).toBeGreaterThan(6)
  expect(pictures.every(({ body }) => body.length === big && body[big - 1] === 1)).toBe(true)
  expect(sink.buffered()).toBe(0)
})

test("a viewer with more unsent than anybody may have is cut, whatever the studio thinks of it", async () => {
  await using stage = new Stage({ playerUnsentBytesMost: 2_000_000 })
  const bo = await RtmpClient.connect(stage.server.port)
  await bo.plays("eve?key=good")
  bo.socket.pause()
  const { sink } = stage
  let most = 0
  while (stage.viewers.size > 0) {
    sink.write(encodeChunks(picture(1, big)))
    most = Math.max(most, sink.buffered())
    await new Promise(setImmediate)
  }
  expect(most).toBeLessThanOrEqual(2_000_000)
  expect(sink.buffered()).toBe(0)
})

test("a viewer who takes nothing and says nothing is gone, one for whom there is nothing stays", async () => {
  await using stage = new Stage({ playerStuckMs: 1_500, openingMs: 1_000 })
  const [bo, cai] = [await RtmpClient.connect(stage.server.port), await RtmpClient.connect(stage.server.port)]
  await bo.plays("eve?key=good")
  await cai.plays("eve?key=good")
  cai.socket.pause()
  const [ofBo, ofCai] = [...stage.viewers].map(({ sink }) => sink)
  if (ofCai) await pileUp(ofCai, 1_000_000)
  await stage.events.until((event) => event === "eve is left")
  expect([...stage.viewers].map(({ sink }) => sink)).toEqual(ofBo ? [ofBo] : [])
  stage.show(picture(7))
  await bo.got.until(({ timestamp }) => timestamp === 7)
})

test("what the studio wrote just before it closes a viewer arrives, be it much", async () => {
  await using stage = new Stage({ farewellBytesMost: 1_000 })
  const bo = await RtmpClient.connect(stage.server.port)
  await bo.plays("eve?key=good")
  stage.show(picture(1, big))
  stage.sink.close()
  await bo.ended
  expect(bo.got.items.find(({ timestamp }) => timestamp === 1)?.body).toHaveLength(big)
  expect(bo.said().at(-1)).toBe("NetStream.Play.UnpublishNotify")
})

test("a studio that writes without end before it has decided is held to what a viewer may have", async () => {
  await using stage = new Stage({ playerUnsentBytesMost: 2_000_000 })
  let most = 0
  stage.watch = async (_, __, sink) => {
    for (let n = 0; n < 20; n++) {
      sink.write(encodeChunks(picture(1, big)))
      most = Math.max(most, sink.buffered())
    }
    return () => {}
  }
  const bo = await RtmpClient.connect(stage.server.port)
  expect(await bo.plays("eve?key=good")).toBe("NetStream.Play.StreamNotFound")
  expect(most).toBeLessThan(2_500_000)
})
