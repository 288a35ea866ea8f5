import { expect, test } from "bun:test"
import { write } from "../../src/db/write.ts"
import { promiseDeletion } from "../../src/playback/removal.ts"
import { fakeMedia } from "../playback/stage.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"

test("a provider that never answers does not keep the server from stopping, and from keeping what rooms have said", async () => {
  const asked = Promise.withResolvers<void>()
  const media = fakeMedia()
  media.hangs = true
  media.isStreaming = () => {
    asked.resolve()
    return new Promise(() => {})
  }
  await using app = await startApp({}, { media })
  const ana = await registers(app, "Ana")
  const roomId = await ana.opensRoom()
  const atAna = await ana.enters(roomId, { ext: 1 })
  const { epoch } = await atAna.hears({ mtype: 1020 })
  atAna.says("good evening")
  const said = await atAna.hears({ mtype: 1 })
  const inside = app.running.app
  await write(inside, (tx, after) => promiseDeletion(inside, tx, after, { provider: "rtmp", key: "1" }))
  while (media.asked.length === 0) await new Promise(setImmediate)
  void app.running.jobs.runNow("streams.reconcile")
  await asked.promise

  media.isStreaming = async () => false
  await app.restart()
  expect(await atAna.closed).toBe(1012)
  const again = await ana.enters(roomId, { ext: 1, since: Number(said["seq"]), epoch: String(epoch) })
  expect(await again.hears({ mtype: 1020 })).toMatchObject({ recovered: true })
})
