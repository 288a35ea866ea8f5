import { expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { write } from "../../src/db/write.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { Encoder, isLive, isStreaming, onLoopback, reserves } from "./stage.ts"

const second = 1_000
const hour = 3_600 * second

test("a room stays while its host streams, though no phone is in it, and closes when the stream is gone too", async () => {
  await using app = await startApp({ HOST_GRACE: "60" })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const sweep = () => app.running.jobs.runNow("rooms.close_abandoned")
  const address = await reserves(ana)
  const { encoder, answer } = await Encoder.at(address)
  expect(answer).toBe("NetStream.Publish.Start")
  encoder.sends()
  const roomId = Number(/live\/(\d+)/.exec(address)?.[1])
  await isStreaming(app, roomId, true)

  // The stream was there first, so nothing is due when the room opens.
  expect(await ana.opensRoom()).toBe(roomId)
  app.pass(hour)
  await sweep()
  expect(await isLive(bo, roomId)).toBe(true)
  const atAna = await ana.enters(roomId)
  await atAna.leaves()
  app.pass(hour)
  await sweep()
  expect(await isLive(bo, roomId)).toBe(true)

  encoder.leaves()
  await isStreaming(app, roomId, false)
  // Time passes by itself, too.
  app.pass(45 * second)
  await sweep()
  expect(await isLive(bo, roomId)).toBe(true)
  app.pass(16 * second)
  await sweep()
  expect(await isLive(bo, roomId)).toBe(false)
})

test("closing the room cuts its host's stream, and its addresses open nothing any more", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const address = await reserves(ana)
  const { encoder } = await Encoder.at(address)
  encoder.sends()
  const roomId = await ana.opensRoom()
  const { push_url } = await ana.ok("GET", "/room/pull_addr", { rid: roomId })
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  await encoder.isCut()
  for (const old of [address, onLoopback(String(push_url))]) {
    expect((await Encoder.at(old)).answer).toBe("NetStream.Publish.BadName")
  }
})

test("nobody publishes by a viewer's address, another room's, an old one or one made up", async () => {
  await using app = await startApp()
  const [ana, eve] = [await registers(app, "Ana"), await registers(app, "Eve")]
  const address = await reserves(ana)
  const roomId = await ana.opensRoom()
  const eves = await reserves(eve)
  const { info } = await eve.ok("GET", "/room_info", { rid: roomId })
  const viewers = onLoopback(String((info as { LiveUrl: string }).LiveUrl))
  const bad = [
    viewers,
    eves.replace(/live\/\d+/, `live/${roomId}`),
    address.replace(/key=..../, "key=0000"),
    address.replace(/e=\d+/, "e=9999999999"),
    address.replace(/\?.*/, ""),
    address.replace(/live\/\d+/, "live/999"),
    `${eves}&name=${roomId}`.replace(/live\/\d+/, `live/${roomId}`),
  ]
  for (const one of bad) expect([one, (await Encoder.at(one)).answer]).toEqual([one, "NetStream.Publish.BadName"])
  app.pass(7 * hour)
  expect((await Encoder.at(address)).answer).toBe("NetStream.Publish.BadName")
  const { push_url } = await ana.ok("GET", "/room/pull_addr", { rid: roomId, line: 2 })
  const { encoder, answer } = await Encoder.at(onLoopback(String(push_url)))
  expect(answer).toBe("NetStream.Publish.Start")
  encoder.leaves()
})

test("who is banned does not go on the air", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const address = await reserves(ana)
  const ban = { bannedUntil: app.running.app.now() + hour }
  await write(app.running.app, (tx) =>
    tx.update(users).set(ban).where(eq(users.id, ana.uid)).returning({ id: users.id }),
  )
  expect((await Encoder.at(address)).answer).toBe("NetStream.Publish.BadName")
})

test("a phone that comes again takes over from its own dead connection, and the room hears of no end", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const address = await reserves(ana)
  const { encoder: dead } = await Encoder.at(address)
  dead.sends()
  const roomId = await ana.opensRoom()
  await isStreaming(app, roomId, true)
  const { encoder, answer } = await Encoder.at(address)
  expect(answer).toBe("NetStream.Publish.Start")
  await dead.isCut()
  encoder.sends()
  await app.running.jobs.runNow("streams.reconcile")
  await isStreaming(app, roomId, true)
  expect(app.logged.filter((line) => line.includes("stream ended"))).toEqual([])
  encoder.leaves()
})

test("a restarted server knows of no stream, gives the host the grace, and takes the encoder back", async () => {
  await using app = await startApp({ HOST_GRACE: "60" })
  const ana = await registers(app, "Ana")
  const { encoder } = await Encoder.at(await reserves(ana))
  encoder.sends()
  const roomId = await ana.opensRoom()
  await isStreaming(app, roomId, true)
  await Promise.all([app.restart(), encoder.isCut()])
  await isStreaming(app, roomId, false)
  app.pass(30 * second)
  await app.running.jobs.runNow("rooms.close_abandoned")
  const { push_url } = await ana.ok("GET", "/room/pull_addr", { rid: roomId })
  const { encoder: again } = await Encoder.at(onLoopback(String(push_url)))
  again.sends()
  await isStreaming(app, roomId, true)
  app.pass(hour)
  await app.running.jobs.runNow("rooms.close_abandoned")
  expect(await isLive(ana, roomId)).toBe(true)
  again.leaves()
})
