import { expect, test } from "bun:test"
import type { MediaProvider } from "../../src/providers/media/index.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { isLive, isStreaming } from "./stage.ts"

const hour = 3_600_000

/** A provider whose callbacks never come. */
interface Silent extends MediaProvider {
  streaming: Set<number>
  closed: number[]
  failWith: Error | undefined
}

function silentProvider(): Silent {
  const media: Silent = {
    name: "rtmp",
    streaming: new Set(),
    closed: [],
    failWith: undefined,
    pushAddress: (roomId) => `rtmp://video.example.com/live/${roomId}`,
    playAddresses: () => ({ rtmp: "", flv: "", hls: "" }),
    replayAddress: () => "",
    async isStreaming(roomId) {
      if (media.failWith) throw media.failWith
      return media.streaming.has(roomId)
    },
    async close(roomId) {
      if (media.failWith) throw media.failWith
      media.closed.push(roomId)
    },
    deleteRecording: async () => {},
    check: async () => undefined,
  }
  return media
}

test("where a provider's word never came it is asked, and believed both ways", async () => {
  const media = silentProvider()
  await using app = await startApp({ HOST_GRACE: "60" }, { media })
  const ana = await registers(app, "Ana")
  const roomId = await ana.opensRoom()
  media.streaming.add(roomId)
  await app.running.jobs.runNow("streams.reconcile")
  app.pass(hour)
  await app.running.jobs.runNow("rooms.close_abandoned")
  expect(await isLive(ana, roomId)).toBe(true)

  media.failWith = new Error("no answer")
  await app.running.jobs.runNow("streams.reconcile")
  app.pass(hour)
  await app.running.jobs.runNow("rooms.close_abandoned")
  expect(await isLive(ana, roomId)).toBe(true)

  media.failWith = undefined
  media.streaming.clear()
  await app.running.jobs.runNow("streams.reconcile")
  await isStreaming(app, roomId, false)
  app.pass(61_000)
  await app.running.jobs.runNow("rooms.close_abandoned")
  expect(await isLive(ana, roomId)).toBe(false)
  await app.running.app.outbox.deliverDue()
  expect(media.closed).toEqual([roomId])
})

test("a provider that is down while a room closes is told when it is back", async () => {
  const media = silentProvider()
  await using app = await startApp({}, { media })
  const ana = await registers(app, "Ana")
  const roomId = await ana.opensRoom()
  media.failWith = new Error("no answer")
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  await app.running.app.outbox.deliverDue()
  expect(media.closed).toEqual([])
  media.failWith = undefined
  app.pass(hour)
  await app.running.app.outbox.deliverDue()
  expect(media.closed).toEqual([roomId])
})
