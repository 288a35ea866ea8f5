import { expect, test } from "bun:test"
import { writeAmf } from "../../../src/video/rtmp/amf0.ts"
import { messageType } from "../../../src/video/rtmp/message.ts"
import { RtmpClient } from "./client.ts"
import { Stage } from "./stage.ts"

test.each([
  ["in the stream's name", "live", {}, "7?e=9&key=good"],
  ["in the application", "live?e=9&key=good", { tcUrl: "rtmp://host/live" }, "7"],
  ["in the application, behind a slash", "live/?e=9&key=good", {}, "7"],
  ["in the address alone", "live", { tcUrl: "rtmp://host/live?e=9&key=good" }, "7"],
  ["in both, where the stream's name counts", "live?key=bad&e=9", {}, "7?key=good"],
  ["in the name and twice, where the first counts", "live", {}, "7?key=good&key=bad&e=9&name=victim"],
])("the key may stand %s", async (_, app, more, name) => {
  await using stage = new Stage()
  const eve = await RtmpClient.connect(stage.server.port, app, more)
  expect(await eve.publishes(name)).toBe("NetStream.Publish.Start")
  expect(stage.requests[0]).toMatchObject({ name: "7", from: "127.0.0.1" })
  expect(stage.requests[0]?.query.get("key")).toBe("good")
  expect(stage.requests[0]?.query.get("e")).toBe("9")
})

test.each([
  ["another application", { app: "other" }],
  ["a longer one", { app: "live/eve" }],
  ["no application", {}],
  ["an application that is no text", { app: 7 }],
  ["a long row of slashes", { app: `live${"/".repeat(50_000)}x` }],
])("%s is refused", async (_, object) => {
  await using stage = new Stage()
  const eve = await RtmpClient.open(stage.server.port)
  eve.shakeHands()
  eve.call("connect", { tcUrl: "rtmp://host/live", ...object })
  expect((await eve.hears("_error")).values[1]).toMatchObject({ code: "NetConnection.Connect.Rejected" })
  await eve.ended
})

test.each(["%%%", "rtmp://[", "http://\u0000", "", "rtmp://host/live?%E0%A4%A"])(
  "an address that is none, %p, harms nobody",
  async (tcUrl) => {
    await using stage = new Stage()
    const eve = await RtmpClient.connect(stage.server.port, "live", { tcUrl })
    expect(await eve.publishes("eve?key=good")).toBe("NetStream.Publish.Start")
  },
)

test.each([
  ["nothing", ""],
  ["a path", "a/b"],
  ["a way up", "../../etc"],
  ["something with a NUL", "eve\u0000"],
  ["a very long word", "e".repeat(129)],
  ["a word with a very long query", `eve?${"k".repeat(5_000)}`],
])("no stream is called %s, and the studio is not asked", async (_, name) => {
  await using stage = new Stage()
  stage.admits = () => true
  const [eve, bo] = [await RtmpClient.connect(stage.server.port), await RtmpClient.connect(stage.server.port)]
  expect(await eve.publishes(name)).toBe("NetStream.Publish.BadName")
  expect(await bo.plays(name)).toBe("NetStream.Play.StreamNotFound")
  expect(stage.requests).toEqual([])
})

test("whoever asks for enhanced codecs is told which are passed on; others hear nothing of it", async () => {
  await using stage = new Stage()
  const eve = await RtmpClient.connect(stage.server.port, "live", { fourCcList: ["hvc1", "av01"] })
  expect((await eve.hears("_result")).values[0]).toMatchObject({ fourCcList: ["hvc1", "av01", "avc1", "vp09"] })
  const bo = await RtmpClient.connect(stage.server.port)
  expect((await bo.hears("_result")).values[0]).not.toHaveProperty("fourCcList")
})

test("an old client may call in AMF3 messages", async () => {
  await using stage = new Stage()
  const eve = await RtmpClient.open(stage.server.port)
  eve.shakeHands()
  const call = (...values: Parameters<typeof writeAmf>) =>
    eve.say(messageType.amf3Command, Buffer.concat([Buffer.of(0), writeAmf(...values)]))
  call("connect", 1, { app: "live", objectEncoding: 3 })
  call("createStream", 2, null)
  call("publish", 3, null, "eve?key=good", "live")
  expect(await eve.status()).toBe("NetStream.Publish.Start")
})

test("calls that encoders make on the way are answered, unknown ones are passed over", async () => {
  await using stage = new Stage()
  const eve = await RtmpClient.connect(stage.server.port)
  const asked = ["releaseStream", "FCPublish", "createStream", "getStreamLength"].map((name) =>
    eve.call(name, null, "eve"),
  )
  eve.call("_checkbw", null)
  eve.call("play2", null, {})
  eve.call("deleteStream", null, 1)
  expect(await eve.publishes("eve?key=good")).toBe("NetStream.Publish.Start")
  const answered = eve.got.items.filter(({ type }) => type === messageType.command).length
  expect(eve.said().filter((name) => name === "_result")).toHaveLength(1 + asked.length + 1)
  expect(answered).toBe(eve.said().length)
})

test("the handshake is the plain one, and echoes the client's", async () => {
  await using stage = new Stage()
  const eve = await RtmpClient.connect(stage.server.port)
  expect(eve.handshake.length).toBe(1 + 2 * 1_536)
  expect(eve.handshake[0]).toBe(3)
  expect(eve.handshake.subarray(5, 9)).toEqual(Buffer.alloc(4))
  expect(eve.handshake.subarray(1 + 1_536)).toEqual(Buffer.alloc(1_536, 7))
})

test("pings are answered, and what is received is acknowledged by the window", async () => {
  await using stage = new Stage()
  const eve = await RtmpClient.connect(stage.server.port)
  await eve.publishes("eve?key=good")
  eve.say(messageType.userControl, Buffer.from("0006000004d2", "hex"))
  const pong = await eve.got.until(({ type, body }) => type === messageType.userControl && body[1] === 7)
  expect(Buffer.from(pong.body).toString("hex")).toBe("0007000004d2")

  eve.say(messageType.windowSize, Buffer.from("00030d40", "hex"))
  for (let n = 0; n < 10; n++) eve.say(messageType.video, Buffer.alloc(100_000), n)
  const acknowledged = ({ body }: { body: Uint8Array }) => Buffer.from(body).readUInt32BE()
  const last = await eve.got.until((one) => one.type === messageType.acknowledgement && acknowledged(one) >= 800_000)
  expect(acknowledged(last)).toBeLessThanOrEqual(eve.socket.bytesWritten)
})
