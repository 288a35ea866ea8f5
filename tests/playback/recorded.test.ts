import { expect, test } from "bun:test"
import { recorded } from "../../src/playback/recorded.ts"
import { recordings } from "../../src/playback/tables.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { fakeMedia, isRecorded, keepsAnEvening, promisesKept, recordingOf, shelfOf } from "./stage.ts"

const rowsOf = ({ running }: TestApp) => running.app.db.read.select().from(recordings)

test("a recording told of fifty times at once is one playback", async () => {
  const media = fakeMedia()
  await using app = await startApp({}, { media })
  const ana = await registers(app, "Ana")
  const roomId = await ana.opensRoom({ save: 1 })
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  await Promise.all(Array.from({ length: 50 }, () => isRecorded(ana, roomId)))
  expect(await rowsOf(app)).toMatchObject([{ roomId, ownerId: ana.uid, kind: "live", seconds: 60, bytes: 1_000_000 }])
  expect(await shelfOf(ana)).toEqual([roomId])
  await promisesKept(ana)
  expect(media.asked).toEqual([])
})

test("what comes while the host is still live is a playback only once the room is over", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const roomId = await ana.opensRoom({ save: 1 })
  await isRecorded(ana, roomId)
  expect(await shelfOf(ana)).toEqual([])
  await ana.fails(4, "POST", "/room/recommand", { rid: roomId })
  await ana.fails(4, "GET", "/room/del_play", { roomid: roomId })
  const live = await bo.ok("GET", "/room_info", { rid: roomId })
  expect(live).toMatchObject({ info: { LiveUrl: `rtmp://video.example.com/live/${roomId}` } })
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  expect(await shelfOf(ana)).toEqual([roomId])
})

test("a recording that goes on under its name grows, and an older tale of it changes nothing", async () => {
  const media = fakeMedia()
  await using app = await startApp({}, { media })
  const ana = await registers(app, "Ana")
  const roomId = await keepsAnEvening(ana, { seconds: 60, bytes: 1_000 })
  await isRecorded(ana, roomId, { seconds: 90.9, bytes: 1_500 })
  await isRecorded(ana, roomId, { seconds: 60, bytes: 1_000 })
  expect(await rowsOf(app)).toMatchObject([{ seconds: 90, bytes: 1_500 }])
  await promisesKept(ana)
  expect(media.asked).toEqual([])
})

test("of the pieces of a broken evening the longest is kept, whoever keeps it, and the others are deleted", async () => {
  const media = fakeMedia()
  await using app = await startApp({}, { media })
  const ana = await registers(app, "Ana")
  const roomId = await keepsAnEvening(ana, { key: "first", seconds: 60 })
  await isRecorded(ana, roomId, { key: "shorter", seconds: 30 })
  await isRecorded(ana, roomId, { key: "as long", seconds: 60 })
  await promisesKept(ana)
  expect(media.deleted).toEqual(["shorter", "as long"])
  await recorded(app.running.app, "qiniu", roomId, recordingOf(roomId, { key: "longer", seconds: 600 }))
  await isRecorded(ana, roomId, { key: "first", seconds: 60 })
  await promisesKept(ana)
  expect([...new Set(media.deleted)].sort()).toEqual(["as long", "first", "shorter"])
  expect(await rowsOf(app)).toMatchObject([{ provider: "qiniu", key: "longer", seconds: 600 }])
  // Nobody here can play what Qiniu keeps.
  expect(await ana.ok("GET", "/room_info", { rid: roomId })).toMatchObject({ info: { LiveUrl: "" } })
  expect(await shelfOf(ana)).toEqual([roomId])
})

test("what nobody asked to keep is deleted, also of a reservation that was dropped", async () => {
  const media = fakeMedia()
  await using app = await startApp({}, { media })
  const ana = await registers(app, "Ana")
  const roomId = await ana.opensRoom({ save: 0 })
  await isRecorded(ana, roomId, { key: "unwanted" })
  const { liveid } = await ana.ok("POST", "/room/live_create", { line: 1 })
  await isRecorded(ana, Number(liveid), { key: "a rehearsal" })
  await ana.ok("POST", "/room/exit_create")
  await isRecorded(ana, Number(liveid), { key: "its end" })
  await promisesKept(ana)
  expect(media.asked).toEqual(["unwanted", "a rehearsal", "its end"])
  expect(await rowsOf(app)).toEqual([])
})

test("a file is one room's: told of another it is neither kept twice nor deleted", async () => {
  const media = fakeMedia()
  await using app = await startApp({}, { media })
  const ana = await registers(app, "Ana")
  const first = await keepsAnEvening(ana, { key: "the file" })
  await keepsAnEvening(ana, { key: "the file" })
  await promisesKept(ana)
  expect(await shelfOf(ana)).toEqual([first])
  expect(media.asked).toEqual([])
})

test("late news of a deleted playback does not bring it back", async () => {
  const media = fakeMedia()
  await using app = await startApp({}, { media })
  const ana = await registers(app, "Ana")
  const roomId = await keepsAnEvening(ana, { key: "gone" })
  await ana.ok("GET", "/room/del_play", { roomid: roomId })
  await isRecorded(ana, roomId, { key: "gone" })
  await isRecorded(ana, roomId, { key: "another piece", seconds: 3_600 })
  await promisesKept(ana)
  expect(await shelfOf(ana)).toEqual([])
  expect(media.deleted).toEqual(["gone", "gone", "another piece"])
})
