import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { openHouse, over } from "./house.ts"
import { Encoder, isStreaming, replayOf, reserves } from "./stage.ts"

test("who pushes before the room is open is kept from its opening on, also on a line that was changed meanwhile", async () => {
  await using app = await startApp({
    MEDIA_LINE_2: "rtmp",
    RTMP_URL: "rtmp://video.example.com/live",
    PLAY_URL: "https://video.example.com/live",
    RTMP_CALLBACK_SECRET: "between-the-two-servers-alone-0123",
    RECORDING_FREE_GB: "0",
  })
  const ana = await registers(app, "Ana")
  const { encoder } = await Encoder.at(await reserves(ana))
  encoder.sends()
  await ana.ok("POST", "/room/live_create", { line: 2 })
  const roomId = await ana.opensRoom({ save: 1 })
  encoder.sends()
  await isStreaming(app, roomId, true)
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  await encoder.isCut()
  expect(await replayOf(ana, roomId)).toContain(`/vod/${roomId}/index.m3u8?`)
})

test("a recording that nobody could be told of is told again, though the server goes on", async () => {
  let isDown = true
  let isOver = false
  const tries: number[] = []
  await using house = await openHouse({
    mayPublish: async () => (isOver ? undefined : { save: true }),
    async recorded(roomId) {
      tries.push(roomId)
      if (isDown) throw new Error("the database is away")
      house.told.add(`${roomId} recorded`)
    },
  })
  const encoder = await house.publishes(7)
  encoder.sends()
  await house.told.until((one) => one === "7 started")
  isOver = true
  await house.media.close(7, over, { recorded: async () => {} })
  await encoder.isCut()
  while (tries.length === 0) await Bun.sleep(1)
  isDown = false
  while (house.clock.waiting === 0) await Bun.sleep(1)
  house.clock.advance(5 * 60_000)
  await house.told.until((one) => one === "7 recorded")
  expect(tries).toEqual([7, 7])
})

test("what several recordings take at once is asked about together, until they have been told of", async () => {
  const asked: { roomId: number; bytes: number; underWay: number }[] = []
  const encoders = []
  await using house = await openHouse({
    async mayKeep(roomId, bytes, underWay) {
      asked.push({ roomId, bytes, underWay })
      return true
    },
  })
  for (const roomId of [7, 8]) {
    const encoder = await house.publishes(roomId)
    encoders.push(encoder)
    encoder.sends()
    await house.told.until((one) => one === `${roomId} started`)
    for (let n = 0; n < 3; n++) encoder.sends()
    while (!asked.some((one) => one.roomId === roomId)) await Bun.sleep(1)
  }
  const ofSeven = asked.findLast(({ roomId }) => roomId === 7)?.bytes ?? 0
  const ofEight = asked.find(({ roomId }) => roomId === 8)
  expect(ofEight?.underWay).toBe(ofSeven + (ofEight?.bytes ?? 0))

  await house.media.close(7, over, { recorded: async () => {} })
  await house.told.until((one) => one === "7 recorded")
  await house.media.close(8, over, { recorded: async () => {} })
  await house.told.until((one) => one === "8 recorded")
  const last = asked.findLast(({ roomId }) => roomId === 8)
  expect(last?.underWay).toBe(last?.bytes)
  for (const encoder of encoders) encoder.leaves()
})

test("a server that stops waits until what its streams came to is told", async () => {
  const hearing = Promise.withResolvers<void>()
  await using house = await openHouse({
    async ended(roomId) {
      await hearing.promise
      house.told.add(`${roomId} ended`)
    },
  })
  const encoder = await house.publishes(7)
  encoder.sends()
  await house.told.until((one) => one === "7 started")
  const stopped = house.media.stop?.().then(() => house.told.add("stopped"))
  await encoder.isCut()
  // A stop that waits for nothing more is done by then.
  await Promise.race([stopped, Bun.sleep(300)])
  hearing.resolve()
  await stopped
  expect(house.told.items.filter((one) => one !== "7 recorded")).toEqual(["7 started", "7 ended", "stopped"])
})
