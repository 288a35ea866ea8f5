import { expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { write } from "../../src/db/write.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { frame, videoConfig } from "../video/bodies.ts"
import { Client, tagBytes } from "../video/flv/client.ts"
import { Screen } from "./screen.ts"
import { Encoder, isStreaming, keyFrameOf, onLoopback, reserves } from "./stage.ts"

const hour = 3_600_000
const refused = { code: 1008, reason: "refused" }

/** Where a browser publishes: the push address over a websocket at the HTTP port. */
const socketOf = (url: string, address: string) => address.replace(/^rtmp:\/\/[^/]+/, url.replace("http", "ws"))

/** A browser that was let in. */
async function publishes(app: TestApp, address: string): Promise<Client> {
  const browser = new Client(socketOf(app.url, address))
  await browser.welcomed()
  return browser
}

const picture = (...words: string[]) =>
  tagBytes([
    { kind: "video", timestamp: 0, body: videoConfig() },
    ...words.map((text, n) => ({ kind: "video" as const, timestamp: 1_000 * n, body: keyFrameOf(text) })),
  ])

const roomIn = (address: string) => Number(/live\/(\d+)/.exec(address)?.[1])

test("what a host publishes from a browser is seen, and closing the room ends it", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const address = await reserves(ana)
  const roomId = await ana.opensRoom()
  const browser = await publishes(app, address)
  browser.pushBytes(picture("a", "b".repeat(100_000), "good evening"), 16 * 1024)
  await isStreaming(app, roomId, true)
  const { info } = await ana.ok("GET", "/room_info", { rid: roomId })
  const { pathname, search } = new URL((info as { flv_url: string }).flv_url)
  const screen = await Screen.at(app.url + pathname + search)
  await screen.shows("good evening")

  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  expect(await browser.closed).toEqual({ code: 1008, reason: "the room is over" })
  expect(await new Client(socketOf(app.url, address)).closed).toEqual(refused)
})

test("nobody publishes from a browser by a viewer's address, another room's, an old one or one made up", async () => {
  await using app = await startApp()
  const [ana, eve] = [await registers(app, "Ana"), await registers(app, "Eve")]
  const address = await reserves(ana)
  const roomId = await ana.opensRoom()
  const eves = await reserves(eve)
  const { info } = await eve.ok("GET", "/room_info", { rid: roomId })
  const bad = [
    onLoopback(String((info as { LiveUrl: string }).LiveUrl)),
    eves.replace(/live\/\d+/, `live/${roomId}`),
    address.replace(/key=..../, "key=0000"),
    address.replace(/e=\d+/, "e=9999999999"),
    address.replace(/\?.*/, ""),
    address.replace(/live\/\d+/, "live/999"),
    `${eves}&name=${roomId}`.replace(/live\/\d+/, `live/${roomId}`),
  ]
  for (const one of bad) {
    const browser = new Client(socketOf(app.url, one))
    expect([one, await browser.closed]).toEqual([one, refused])
    expect(browser.heard.items).toEqual([])
  }
  app.pass(7 * hour)
  expect(await new Client(socketOf(app.url, address)).closed).toEqual(refused)
  expect((await fetch(socketOf(app.url, address).replace("ws", "http"))).status).toBe(404)
})

test("who is banned does not go live from a browser either", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const address = await reserves(ana)
  const ban = { bannedUntil: app.running.app.now() + hour }
  await write(app.running.app, (tx) =>
    tx.update(users).set(ban).where(eq(users.id, ana.uid)).returning({ id: users.id }),
  )
  expect(await new Client(socketOf(app.url, address)).closed).toEqual(refused)
})

test("OBS takes over from the browser and the browser from OBS, and the room hears of no end", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const address = await reserves(ana)
  const roomId = await ana.opensRoom()
  const browser = await publishes(app, address)
  browser.pushBytes(picture("by browser"))
  await isStreaming(app, roomId, true)

  const { encoder, answer } = await Encoder.at(address)
  expect(answer).toBe("NetStream.Publish.Start")
  expect(await browser.closed).toEqual({ code: 1008, reason: "another connection took over" })
  encoder.sends()

  const again = await publishes(app, address)
  await encoder.isCut()
  again.pushBytes(picture("by browser again"))
  await app.running.jobs.runNow("streams.reconcile")
  await isStreaming(app, roomId, true)
  expect(app.logged.filter((line) => line.includes("stream ended"))).toEqual([])

  again.socket.close()
  await isStreaming(app, roomId, false)
})

test.each<[string, (browser: Client) => void, { code: number; reason: string }]>([
  [
    "more than may be",
    (browser) => {
      const body = frame(0, 50_000)
      for (let n = 0; n < 20; n++) browser.pushBytes(tagBytes([{ kind: "video", timestamp: n, body }]), 16 * 1024)
    },
    { code: 1008, reason: "more than 500 kbit/s" },
  ],
  ["garbage", (browser) => browser.pushBytes(Buffer.from("GET / HTTP/1.1")), { code: 1007, reason: "not FLV tags" }],
  [
    "a tag of 16 MiB",
    (browser) => browser.pushBytes(Uint8Array.of(9, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0)),
    { code: 1007, reason: "a tag of more than 4194304 bytes" },
  ],
  ["words", (browser) => browser.socket.send("good evening"), { code: 1003, reason: "binary only" }],
])("a browser that sends %s is cut, told why, and may come again", async (_, offend, ending) => {
  await using app = await startApp({ STREAM_KBPS_MAX: "500" })
  const ana = await registers(app, "Ana")
  const address = await reserves(ana)
  const browser = await publishes(app, address)
  browser.pushBytes(picture("good evening"))
  await isStreaming(app, roomIn(address), true)
  offend(browser)
  expect(await browser.closed).toEqual(ending)
  await isStreaming(app, roomIn(address), false)
  const again = await publishes(app, address)
  again.pushBytes(picture("good evening"))
  await isStreaming(app, roomIn(address), true)
})

test("a message beyond 16 KiB ends the connection, and the host is gone at once", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const address = await reserves(ana)
  const browser = await publishes(app, address)
  browser.pushBytes(picture("good evening"))
  await isStreaming(app, roomIn(address), true)
  browser.pushBytes(picture("b".repeat(20_000)))
  await browser.closed
  await isStreaming(app, roomIn(address), false)
})
