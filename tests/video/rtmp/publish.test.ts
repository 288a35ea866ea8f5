import { describe, expect, test } from "bun:test"
import { writeAmf } from "../../../src/video/rtmp/amf0.ts"
import { messageType } from "../../../src/video/rtmp/message.ts"
import { RtmpClient } from "./client.ts"
import { Stage } from "./stage.ts"

const bodies = (stage: Stage) => stage.taken.items.map(({ body }) => Buffer.from(body).toString())

test("Eve publishes, and everything she sends arrives as she sent it", async () => {
  await using stage = new Stage()
  const eve = await RtmpClient.connect(stage.server.port)
  expect(await eve.publishes("eve?key=good&e=7")).toBe("NetStream.Publish.Start")

  const metadata = writeAmf("onMetaData", { width: 320 })
  eve.say(messageType.data, Buffer.concat([writeAmf("@setDataFrame"), metadata]), 0)
  eve.say(messageType.video, Buffer.alloc(200_000, 1), 0xffffff)
  eve.say(messageType.audio, Buffer.from("sound"), 2 ** 32 - 1)
  eve.say(messageType.audio, Buffer.alloc(0), 5)
  eve.say(messageType.amf3Data, Buffer.concat([Buffer.of(0), metadata]), 6)
  await stage.taken.until(({ timestamp }) => timestamp === 6)
  expect(stage.taken.items).toEqual([
    { stream: "eve", kind: "data", timestamp: 0, body: metadata },
    { stream: "eve", kind: "video", timestamp: 0xffffff, body: Buffer.alloc(200_000, 1) },
    { stream: "eve", kind: "audio", timestamp: 2 ** 32 - 1, body: Buffer.from("sound") },
    { stream: "eve", kind: "data", timestamp: 6, body: metadata },
  ])
  expect(stage.requests).toMatchObject([{ name: "eve", from: "127.0.0.1" }])
  expect(stage.requests[0]?.query.get("e")).toBe("7")

  eve.leave()
  await stage.events.until((event) => event === "eve is gone")
})

test("what an aggregate message holds arrives piece by piece, in the message's time", async () => {
  await using stage = new Stage()
  const eve = await RtmpClient.connect(stage.server.port)
  await eve.publishes("eve?key=good")
  const tag = (type: number, time: number, body: string) => {
    const header = Buffer.alloc(11)
    header.writeUInt8(type, 0)
    header.writeUIntBE(body.length, 1, 3)
    header.writeUIntBE(time & 0xffffff, 4, 3)
    header.writeUInt8(time >>> 24, 7)
    return Buffer.concat([header, Buffer.from(body), Buffer.alloc(4)])
  }
  const late = 0x01fffff0
  const tags = [tag(9, late, "picture"), tag(22, late, "an aggregate"), tag(8, late + 20, "sound")]
  eve.say(messageType.aggregate, Buffer.concat(tags), 1_000)
  await stage.taken.until(({ kind }) => kind === "audio")
  expect(stage.taken.items.map(({ kind, timestamp }) => [kind, timestamp])).toEqual([
    ["video", 1_000],
    ["audio", 1_020],
  ])
  expect(bodies(stage)).toEqual(["picture", "sound"])

  eve.say(messageType.aggregate, tag(9, 0, "picture").subarray(0, 13), 1_040)
  await eve.closed
  expect(stage.events.items.at(-1)).toBe("eve is gone")
})

describe("a refused publisher", () => {
  test("who ignores the end and goes on sending reaches nobody and is cut", async () => {
    await using stage = new Stage({ lingerMs: 200 })
    const viewer = await RtmpClient.connect(stage.server.port)
    await viewer.plays("eve?key=good")
    const eve = await RtmpClient.connect(stage.server.port)
    const mallory = await RtmpClient.connect(stage.server.port)
    expect(await mallory.publishes("eve?key=guessed")).toBe("NetStream.Publish.BadName")
    await mallory.ended
    expect(mallory.said()).not.toContain("NetStream.Publish.Start")

    const flood = setInterval(() => {
      mallory.call("publish", null, "eve?key=good", "live")
      mallory.say(messageType.video, Buffer.from("forged"), 1)
    }, 1)
    await mallory.closed
    clearInterval(flood)
    await eve.publishes("eve?key=good")
    eve.say(messageType.video, Buffer.from("real"), 2)
    await viewer.got.until(({ type }) => type === messageType.video)
    expect(bodies(stage)).toEqual(["real"])
    expect(stage.events.items).toEqual(["eve is watched", "eve publishes"])
  })

  test("who sends before the answer reaches nobody either", async () => {
    await using stage = new Stage()
    const mallory = await RtmpClient.connect(stage.server.port)
    mallory.call("publish", null, "eve?key=guessed", "live")
    mallory.say(messageType.video, Buffer.from("forged"), 1)
    await mallory.ended
    expect(mallory.said().at(-1)).toBe("NetStream.Publish.BadName")
    expect(stage.taken.items).toEqual([])
  })
})

test("what is sent while the studio thinks waits for its word", async () => {
  await using stage = new Stage()
  const decision = Promise.withResolvers<boolean>()
  stage.admits = () => decision.promise
  const eve = await RtmpClient.connect(stage.server.port)
  eve.call("publish", null, "eve", "live")
  for (let n = 0; n < 300; n++) eve.say(messageType.video, Buffer.alloc(50_000, n), n)
  // Time enough for much more to arrive than the server may hold.
  while (stage.requests.length === 0) await new Promise(setImmediate)
  for (let turns = 0; turns < 300; turns++) await new Promise(setImmediate)
  expect(stage.taken.items).toEqual([])
  decision.resolve(true)
  await stage.taken.until(({ timestamp }) => timestamp === 299)
  expect(stage.taken.items.map(({ timestamp }) => timestamp)).toEqual(Array.from({ length: 300 }, (_, n) => n))
})

test("what came together with the question is taken with the answer", async () => {
  await using stage = new Stage()
  const eve = await RtmpClient.connect(stage.server.port)
  eve.socket.cork()
  eve.call("publish", null, "eve?key=good", "live")
  eve.say(messageType.video, Buffer.from("at once"), 1)
  eve.socket.uncork()
  await stage.taken.until(({ timestamp }) => timestamp === 1)
})

test("a yes that comes after the client has been sent away is taken back", async () => {
  await using stage = new Stage({ decisionMs: 50 })
  const decision = Promise.withResolvers<boolean>()
  stage.admits = () => decision.promise
  const eve = await RtmpClient.connect(stage.server.port)
  eve.call("publish", null, "eve", "live")
  await eve.ended
  decision.resolve(true)
  await stage.events.until((event) => event === "eve is gone")
  expect(eve.said()).toEqual(["_result"])
})

test("a studio that fails refuses, and the server goes on", async () => {
  await using stage = new Stage()
  stage.admits = () => {
    throw new Error("the database is gone")
  }
  const eve = await RtmpClient.connect(stage.server.port)
  expect(await eve.publishes("eve?key=good")).toBe("NetStream.Publish.BadName")
  stage.admits = () => true
  const later = await RtmpClient.connect(stage.server.port)
  expect(await later.publishes("eve?key=good")).toBe("NetStream.Publish.Start")
})

test("a studio that fails on hearing of an end harms nobody", async () => {
  await using stage = new Stage({ publisherSilentMs: 50 })
  const publish = stage.publish.bind(stage)
  stage.publish = async (request, publisher) => {
    const publication = await publish(request, publisher)
    const ended = () => {
      publication?.ended()
      throw new Error("the database is gone")
    }
    return publication && { ...publication, ended }
  }
  for (const name of ["eve", "bo"]) {
    const client = await RtmpClient.connect(stage.server.port)
    expect(await client.publishes(`${name}?key=good`)).toBe("NetStream.Publish.Start")
    await client.ended
  }
  expect(stage.events.items).toEqual(["eve publishes", "eve is gone", "bo publishes", "bo is gone"])
})

test("a connection is used once: a second publish, or play, ends it", async () => {
  await using stage = new Stage()
  for (const second of ["publish", "play"]) {
    const eve = await RtmpClient.connect(stage.server.port)
    await eve.publishes("eve?key=good")
    eve.call(second, null, "victim?key=good", "live")
    eve.say(messageType.video, Buffer.from("misled"), 1)
    await eve.ended
    expect(eve.said().at(-1)).toBe(second === "play" ? "NetStream.Play.StreamNotFound" : "NetStream.Publish.BadName")
  }
  const bo = await RtmpClient.connect(stage.server.port)
  await bo.plays("eve?key=good")
  bo.call("publish", null, "victim?key=good", "live")
  bo.say(messageType.video, Buffer.from("misled"), 1)
  await bo.ended
  expect(stage.requests.map(({ name }) => name)).toEqual(["eve", "eve", "eve"])
  expect(stage.taken.items).toEqual([])
})

test("a viewer who sends video sends it to nobody", async () => {
  await using stage = new Stage()
  const bo = await RtmpClient.connect(stage.server.port)
  await bo.plays("eve?key=good")
  bo.say(messageType.video, Buffer.from("smuggled"), 1)
  bo.call("pause", null, true, 0)
  await bo.got.until(() => bo.said().includes("NetStream.Pause.Notify"))
  expect(stage.taken.items).toEqual([])
})

test("Eve is told when another connection takes over, and what she sends then is lost", async () => {
  await using stage = new Stage({ lingerMs: 200 })
  const eve = await RtmpClient.connect(stage.server.port)
  await eve.publishes("eve?key=good")
  stage.publishers[0]?.close("another connection took over")
  expect(stage.events.items.at(-1)).toBe("eve is gone")
  eve.say(messageType.video, Buffer.from("late"), 1)
  await eve.ended
  expect((await eve.hears("onStatus")).values[1]).toMatchObject({ code: "NetStream.Publish.Start" })
  expect(eve.said().at(-1)).toBe("NetStream.Failed")
  eve.say(messageType.video, Buffer.from("later"), 2)
  await eve.closed
  stage.publishers[0]?.close("again")
  expect(stage.taken.items).toEqual([])
  expect(stage.events.items).toEqual(["eve publishes", "eve is gone"])
})

test.each(["FCUnpublish", "deleteStream", "closeStream"])("%s ends what is published", async (farewell) => {
  await using stage = new Stage()
  const eve = await RtmpClient.connect(stage.server.port)
  await eve.publishes("eve?key=good")
  eve.call(farewell, null, 1)
  await eve.ended
  expect(eve.said().slice(-2)).toEqual(["onFCUnpublish", "NetStream.Unpublish.Success"])
  expect(stage.events.items).toEqual(["eve publishes", "eve is gone"])
})

test("a publisher that has fallen silent is gone", async () => {
  await using stage = new Stage({ publisherSilentMs: 1_500, openingMs: 1_000 })
  const [eve, bo] = [await RtmpClient.connect(stage.server.port), await RtmpClient.connect(stage.server.port)]
  await eve.publishes("eve?key=good")
  await bo.publishes("bo?key=good")
  const talk = setInterval(() => eve.say(messageType.audio, Buffer.of(1)), 20)
  await bo.ended
  clearInterval(talk)
  expect(bo.said().at(-1)).toBe("NetStream.Failed")
  expect(stage.events.items).toEqual(["eve publishes", "bo publishes", "bo is gone"])
})
