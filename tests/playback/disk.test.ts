import { expect, test } from "bun:test"
import { mayKeep } from "../../src/playback/disk.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { fakeMedia, isRecorded, keepsAnEvening, promisesKept, shelfOf } from "./stage.ts"

const gb = 1_000_000_000

test("a recording may grow until its host or all together have taken what they may", async () => {
  await using app = await startApp({ RECORDING_HOST_GB: "3", RECORDING_TOTAL_GB: "5" }, { media: fakeMedia() })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const inside = app.running.app
  const [anas, bos] = [await ana.opensRoom(), await bo.opensRoom()]
  expect(await mayKeep(inside, 999_999, 1)).toBe(false)
  expect(await mayKeep(inside, anas, 3 * gb)).toBe(true)
  const roomId = await keepsAnEvening(ana, { bytes: 2 * gb })
  expect(await mayKeep(inside, anas, gb)).toBe(true)
  expect(await mayKeep(inside, anas, gb + 1)).toBe(false)

  await keepsAnEvening(bo, { bytes: 2 * gb })
  expect(await mayKeep(inside, bos, gb, gb)).toBe(true)
  expect(await mayKeep(inside, bos, gb, gb + 1)).toBe(false)
  await ana.ok("GET", "/room/del_play", { roomid: roomId })
  expect(await mayKeep(inside, bos, gb, gb + 1)).toBe(true)
})

test("where the operator wants it, the oldest that nobody recommends make room", async () => {
  const media = fakeMedia()
  await using app = await startApp({ RECORDING_TOTAL_GB: "3", RECORDING_EVICT: "1" }, { media })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const dearest = await keepsAnEvening(ana, { key: "dearest", bytes: gb })
  await ana.ok("POST", "/room/recommand", { rid: dearest })
  const elsewhere = await keepsAnEvening(ana, { key: "elsewhere", bytes: 0 })
  const oldest = await keepsAnEvening(bo, { key: "oldest", bytes: gb })
  const newest = await keepsAnEvening(bo, { key: "newest", bytes: gb })
  const evict = () => app.running.jobs.runNow("playback.evict_oldest")
  await evict()
  expect(await shelfOf(bo)).toEqual([newest, oldest])

  expect(await mayKeep(app.running.app, dearest, 2 * gb)).toBe(true)
  expect(await mayKeep(app.running.app, dearest, 2 * gb + 1)).toBe(false)
  const further = await keepsAnEvening(ana, { key: "further", bytes: gb / 2 })
  await evict()
  await promisesKept(ana)
  expect(media.deleted).toEqual(["oldest"])
  expect(await shelfOf(bo)).toEqual([newest])
  expect(await shelfOf(ana)).toEqual([further, elsewhere, dearest])
})

test("without the operator's word nothing is evicted, and what cannot go is said", async () => {
  const env = { RECORDING_TOTAL_GB: "1", RECORDING_HOST_GB: "10" }
  await using patient = await startApp(env, { media: fakeMedia() })
  const ana = await registers(patient, "Ana")
  const kept = [await keepsAnEvening(ana, { bytes: gb }), await keepsAnEvening(ana, { bytes: gb })]
  await patient.running.jobs.runNow("playback.evict_oldest")
  expect(await shelfOf(ana)).toEqual(kept.toReversed())

  await using strict = await startApp({ ...env, RECORDING_EVICT: "1" }, { media: fakeMedia() })
  const bo = await registers(strict, "Bo")
  const roomId = await keepsAnEvening(bo, { bytes: 2 * gb })
  await bo.ok("POST", "/room/recommand", { rid: roomId })
  await strict.running.jobs.runNow("playback.evict_oldest")
  expect(await shelfOf(bo)).toEqual([roomId])
  expect(strict.logged.filter((line) => line.includes("none can go"))).toHaveLength(1)
})

test("a room on the air keeps what it has", async () => {
  const media = fakeMedia()
  await using app = await startApp({ RECORDING_TOTAL_GB: "1", RECORDING_EVICT: "1" }, { media })
  const ana = await registers(app, "Ana")
  const roomId = await ana.opensRoom({ save: 1 })
  await isRecorded(ana, roomId, { bytes: 2 * gb })
  await app.running.jobs.runNow("playback.evict_oldest")
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  expect(await shelfOf(ana)).toEqual([roomId])
})
