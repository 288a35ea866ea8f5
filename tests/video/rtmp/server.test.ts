import { expect, test } from "bun:test"
import { messageType } from "../../../src/video/rtmp/message.ts"
import { listenRtmp } from "../../../src/video/rtmp/server.ts"
import { RtmpClient } from "./client.ts"
import { Stage } from "./stage.ts"

test("a port that is taken is told, and nothing ends", async () => {
  await using stage = new Stage()
  const { port } = stage.server
  expect(() => listenRtmp({ port, hostname: "127.0.0.1", studio: stage })).toThrow(
    `RTMP port ${port} on 127.0.0.1 cannot be served: `,
  )
  expect(() => listenRtmp({ port: 70_000, hostname: "127.0.0.1", studio: stage })).toThrow("cannot be served")
  const eve = await RtmpClient.connect(port)
  expect(await eve.publishes("eve?key=good")).toBe("NetStream.Publish.Start")
})

test("somebody who shakes no hands, or asks for nothing, is sent away in time", async () => {
  await using stage = new Stage({ openingMs: 1_000 })
  const silent = await RtmpClient.open(stage.server.port)
  const shaken = await RtmpClient.open(stage.server.port)
  shaken.shakeHands()
  const connected = await RtmpClient.connect(stage.server.port)
  await Promise.all([silent.ended, shaken.ended, connected.ended])
})

test.each<[string, (mallory: RtmpClient) => void]>([
  ["speaks HTTP", (mallory) => mallory.socket.write("GET / HTTP/1.1\r\n\r\n")],
  [
    "publishes before connect",
    (mallory) => {
      mallory.shakeHands()
      mallory.call("publish", null, "eve?key=good", "live")
    },
  ],
  [
    "connects twice",
    (mallory) => {
      mallory.shakeHands()
      mallory.call("connect", { app: "live" })
      mallory.call("connect", { app: "live" })
    },
  ],
  [
    "sends a command without a name",
    (mallory) => {
      mallory.shakeHands()
      mallory.say(messageType.command, Buffer.of(5, 5))
    },
  ],
  [
    "sends a message that is too long before it publishes",
    (mallory) => {
      mallory.shakeHands()
      mallory.say(messageType.video, Buffer.alloc(65_537))
    },
  ],
  [
    "talks without end and publishes nothing",
    (mallory) => {
      mallory.shakeHands()
      mallory.call("connect", { app: "live" })
      for (let n = 0; n < 20_000; n++) mallory.call("_checkbw", null, "x".repeat(50))
    },
  ],
])("a client that %s costs its own connection alone", async (_, misbehave) => {
  await using stage = new Stage()
  const eve = await RtmpClient.connect(stage.server.port)
  await eve.publishes("eve?key=good")
  const mallory = await RtmpClient.open(stage.server.port)
  misbehave(mallory)
  await mallory.closed
  eve.say(messageType.video, Buffer.from("on the air"), 1)
  await stage.taken.until(({ timestamp }) => timestamp === 1)
  expect(stage.server.connections()).toBe(1)
  expect(stage.events.items).toEqual(["eve publishes"])
})

test("a publisher that pings without reading the answers is cut before they cost memory", async () => {
  await using stage = new Stage()
  const mallory = await RtmpClient.connect(stage.server.port)
  await mallory.publishes("mallory?key=good")
  mallory.socket.pause()
  const pings = Buffer.concat(
    Array.from({ length: 50_000 }, () => Buffer.from("0200000000000604000000000006000004d2", "hex")),
  )
  const isCut = stage.events.until((event) => event === "mallory is gone").then(() => true)
  while (!(await Promise.race([isCut, flushed(mallory, pings)])));
  expect(stage.server.connections()).toBe(0)
})

/** @returns false once the bytes have left */
const flushed = ({ socket }: RtmpClient, bytes: Uint8Array) =>
  new Promise<boolean>((resolve) => socket.write(bytes, () => resolve(false)))

test("connections are bounded, of one network and of all; who leaves makes room", async () => {
  await using ofNetwork = new Stage({ connectionsPerNetworkMost: 2 })
  await using ofAll = new Stage({ connectionsMost: 2 })
  for (const { server } of [ofNetwork, ofAll]) {
    const first = await RtmpClient.connect(server.port)
    const second = await RtmpClient.connect(server.port)
    const third = await RtmpClient.open(server.port)
    await third.closed
    expect(server.connections()).toBe(2)
    first.leave()
    while (server.connections() > 1) await new Promise(setImmediate)
    expect(await (await RtmpClient.connect(server.port)).publishes("eve?key=good")).toBe("NetStream.Publish.Start")
    expect(await second.publishes("bo?key=good")).toBe("NetStream.Publish.Start")
  }
})

test("a server that stops says farewell, waits for nobody long, and takes no one else", async () => {
  const stage = new Stage({ lingerMs: 200 })
  const [eve, bo, cai] = [
    await RtmpClient.connect(stage.server.port),
    await RtmpClient.connect(stage.server.port),
    await RtmpClient.open(stage.server.port),
  ]
  await eve.publishes("eve?key=good")
  await bo.plays("eve?key=good")
  await Promise.all([stage.server.close(), stage.server.close()])
  await Promise.all([eve.closed, bo.closed, cai.closed])
  expect([eve.said().at(-1), bo.said().at(-1)]).toEqual(["NetStream.Failed", "NetStream.Play.UnpublishNotify"])
  expect(stage.events.items.toSorted()).toEqual(["eve is gone", "eve is left", "eve is watched", "eve publishes"])
  expect(stage.server.connections()).toBe(0)
  await expect(RtmpClient.open(stage.server.port)).rejects.toThrow("ECONNREFUSED")
})
