import { expect, test } from "bun:test"
import { write } from "../../src/db/write.ts"
import { promiseDeletion } from "../../src/playback/removal.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { Encoder, isLive, isStreaming, logs, onLoopback, reserves } from "./stage.ts"

const second = 1_000

test("a host who is gone again in the very breath of coming is known to be gone", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const address = await reserves(ana)
  const roomId = await ana.opensRoom()
  const { encoder } = await Encoder.at(address)
  encoder.comesAndGoes()
  await logs(app, "stream started")
  await isStreaming(app, roomId, false)
  encoder.leaves()
})

test("a stream that waits for its host to come again is none: the room closes when the grace is over", async () => {
  await using app = await startApp({ HOST_GRACE: "60" })
  const ana = await registers(app, "Ana")
  const { encoder } = await Encoder.at(await reserves(ana))
  encoder.sends()
  const roomId = await ana.opensRoom()
  await isStreaming(app, roomId, true)
  encoder.leaves()
  await isStreaming(app, roomId, false)
  await app.running.jobs.runNow("streams.reconcile")
  app.pass(61 * second)
  await app.running.jobs.runNow("rooms.close_abandoned")
  expect(await isLive(ana, roomId)).toBe(false)
})

test("who is let in and has not shown anything yet is not taken for a stream", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const address = await reserves(ana)
  const roomId = await ana.opensRoom()
  const { encoder } = await Encoder.at(address)
  await app.running.jobs.runNow("streams.reconcile")
  await isStreaming(app, roomId, false)
  encoder.sends()
  await isStreaming(app, roomId, true)
  encoder.leaves()
})

test("a host who drops the reservation is cut, and so is one whose reservation was forgotten", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const { encoder } = await Encoder.at(await reserves(ana))
  encoder.sends()
  await ana.ok("POST", "/room/exit_create")
  await encoder.isCut()

  const { encoder: rehearsal } = await Encoder.at(await reserves(ana))
  rehearsal.sends()
  app.pass(25 * 3_600 * second)
  await app.running.jobs.runNow("rooms.drop_reservations")
  await rehearsal.isCut()
})

test("what waits for a provider that does not answer keeps no closed room's stream on the air", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const { encoder } = await Encoder.at(await reserves(ana))
  encoder.sends()
  const roomId = await ana.opensRoom()
  const inside = app.running.app
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<void>()
  inside.media.on(1).deleteRecording = () => {
    asked.resolve()
    return answer.promise
  }
  await write(inside, (tx, after) => promiseDeletion(inside, tx, after, { provider: "builtin", key: "1" }))
  await asked.promise
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  await encoder.isCut()
  answer.resolve()
})

test("a host keeps the room while streaming on the other line, whatever was asked for in between", async () => {
  await using app = await startApp({
    HOST_GRACE: "60",
    MEDIA_LINE_2: "rtmp",
    RTMP_URL: "rtmp://video.example.com/live",
    PLAY_URL: "https://video.example.com/live",
    RTMP_CALLBACK_SECRET: "a-secret-for-callbacks-of-32-chars",
  })
  const ana = await registers(app, "Ana")
  const address = await reserves(ana)
  const { encoder } = await Encoder.at(address)
  encoder.sends()
  const roomId = await ana.opensRoom()
  await isStreaming(app, roomId, true)
  const { push_url } = await ana.ok("GET", "/room/pull_addr", { rid: roomId, line: 2 })
  expect(String(push_url)).toStartWith("rtmp://video.example.com/live")
  await app.running.jobs.runNow("streams.reconcile")
  app.pass(61 * second)
  await app.running.jobs.runNow("rooms.close_abandoned")
  expect(await isLive(ana, roomId)).toBe(true)

  encoder.leaves()
  await isStreaming(app, roomId, false)
  await app.running.jobs.runNow("streams.reconcile")
  app.pass(61 * second)
  await app.running.jobs.runNow("rooms.close_abandoned")
  expect(await isLive(ana, roomId)).toBe(false)
  expect((await Encoder.at(onLoopback(address))).answer).toBe("NetStream.Publish.BadName")
})
