import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { fakeMedia, isRecorded, keepsAnEvening, promisesKept, shelfOf } from "./stage.ts"

const minute = 60_000

test("a host with as many playbacks as can be goes live unsaved, or deletes one first", async () => {
  await using app = await startApp({ PLAYBACK_MAX: "2" }, { media: fakeMedia() })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await ana.ok("GET", "/room/check_play_count")
  const first = await keepsAnEvening(ana)
  await keepsAnEvening(ana)
  await ana.fails(64, "GET", "/room/check_play_count")
  await bo.ok("GET", "/room/check_play_count")

  const unsaved = await ana.opensRoom({ save: 0 })
  await ana.fails(64, "POST", "/room/create_room", { room_name: "more", save: 1 })
  const still = await bo.ok("GET", "/room_info", { rid: unsaved })
  expect(still).toMatchObject({ info: { Statue: 1 } })

  await ana.ok("GET", "/room/del_play", { roomid: first })
  await ana.ok("GET", "/room/check_play_count")
  await ana.opensRoom({ save: 1 })
})

test("a recording that is on its way counts, for ten minutes", async () => {
  await using app = await startApp({ PLAYBACK_MAX: "2" }, { media: fakeMedia() })
  const ana = await registers(app, "Ana")
  await keepsAnEvening(ana)
  const roomId = await ana.opensRoom({ save: 1 })
  app.pass(60 * minute)
  await ana.fails(64, "GET", "/room/check_play_count")
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  app.pass(9 * minute)
  await ana.fails(64, "POST", "/room/create_room", { save: 1 })
  app.pass(2 * minute)
  await ana.ok("GET", "/room/check_play_count")
  await isRecorded(ana, roomId)
  await ana.fails(64, "GET", "/room/check_play_count")
})

test("rooms opened twenty at once are promised no more recordings than can be kept", async () => {
  await using app = await startApp({ PLAYBACK_MAX: "3" }, { media: fakeMedia() })
  const ana = await registers(app, "Ana")
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => ana.call("POST", "/room/create_room", { room_name: "storm", save: 1 })),
  )
  expect(answers.filter(({ ErrCode }) => ErrCode === 0)).toHaveLength(3)
  expect(answers.filter(({ ErrCode }) => ErrCode === 64)).toHaveLength(17)
})

test("a recording that comes too late to find room is deleted, and its host is told", async () => {
  const media = fakeMedia()
  await using app = await startApp({ PLAYBACK_MAX: "1" }, { media })
  const ana = await registers(app, "Ana")
  const first = await ana.opensRoom({ save: 1 })
  await ana.ok("POST", "/room/close_room", { roomid: first })
  app.pass(11 * minute)
  const second = await keepsAnEvening(ana, { key: "second" })
  const lobby = await ana.enters(0)
  await isRecorded(ana, first, { key: "first" })
  expect((await lobby.hears({ mtype: 6 }))["notice"]).toContain("not kept")
  await promisesKept(ana)
  expect(media.deleted).toEqual(["first"])

  await ana.ok("GET", "/room/del_play", { roomid: second })
  await isRecorded(ana, first, { key: "first" })
  expect(await shelfOf(ana)).toEqual([])
})

test("no more may be kept once a host's recordings take all the room there is", async () => {
  await using app = await startApp({ RECORDING_HOST_GB: "2" }, { media: fakeMedia() })
  const ana = await registers(app, "Ana")
  await keepsAnEvening(ana, { bytes: 1_900_000_000 })
  const roomId = await keepsAnEvening(ana, { bytes: 100_000_000 })
  const refused = await ana.fails(64, "POST", "/room/create_room", { save: 1 })
  expect(refused.ErrMsg).toContain("delete one")
  await ana.ok("GET", "/room/del_play", { roomid: roomId })
  await ana.opensRoom({ save: 1 })
})
