import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { fakeMedia, isRecorded, isRefused, promisesKept, roomsIn, shelfOf } from "./stage.ts"

test("Ana's evening is kept, listed, watched by two, recommended and deleted, its file with it", async () => {
  const media = fakeMedia()
  await using app = await startApp({}, { media })
  const [ana, bo, cai] = [await registers(app, "Ana"), await registers(app, "Bo"), await registers(app, "Cai")]
  const roomId = await ana.opensRoom({ room_name: "Tea and songs", location: "Guangzhou", save: 1 })
  const atAna = await ana.enters(roomId)
  const atBo = await bo.enters(roomId)
  await atAna.hears({ mtype: 18 })
  app.pass(3_600_000)
  const totals = await ana.ok("POST", "/room/close_room", { roomid: roomId })
  await atBo.closed

  await bo.fails(35, "GET", `/check_channel/${roomId}`)
  expect(await bo.ok("GET", "/room_info", { rid: roomId })).toMatchObject({ info: { LiveUrl: "", hls_url: "" } })
  await isRecorded(ana, roomId, { key: "tea", seconds: 3_600 })

  const replay = "https://video.example.com/replay/tea/index.m3u8"
  const info = { Statue: 0, LiveUrl: replay, hls_url: replay, flv_url: "", RoomName: "Tea and songs" }
  expect(await bo.ok("GET", "/room_info", { rid: roomId })).toMatchObject({ info })
  expect(roomsIn(await bo.ok("GET", "/list_room"), "RoomList")).toEqual([])
  const shelf = await ana.ok("GET", "/room/play_list")
  expect(shelf).toMatchObject({
    plist: [
      { room_id: String(roomId), room_name: "Tea and songs", uid: String(ana.uid), play_url: replay, count: "1" },
    ],
    recommand: "0",
    recommand_type: 0,
    multiple_plist: [],
  })
  const savedAt = Number((shelf["plist"] as { save_time: string }[])[0]?.save_time) * 1_000
  expect(Math.abs(savedAt - app.running.app.now())).toBeLessThan(60_000)
  expect(await bo.ok("GET", "/room/play_list")).toMatchObject({ plist: [] })
  expect(roomsIn(await bo.ok("GET", "/recommand_list"), "PlayBackList")).toEqual([])

  // Bo was there, and is not counted again; Cai comes to the playback alone.
  await bo.ok("GET", `/check_channel/${roomId}`)
  const again = await bo.enters(roomId, { ext: 1 })
  expect(await again.hears({ mtype: 1020 })).toMatchObject({ room: roomId, owner: ana.uid, count: 1 })
  const late = await cai.enters(roomId)
  await again.hears({ mtype: 18, uid: cai.uid })
  late.says("what a song")
  await again.hears({ mtype: 1, msg: "what a song", uid: cai.uid })
  late.sends({ mtype: 3 })
  await again.hears({ mtype: 3, uid: cai.uid })
  await (await cai.enters(roomId)).settles()
  expect(await ana.ok("GET", "/room/play_list")).toMatchObject({ plist: [{ count: "2", viewer: "2" }] })
  expect(await bo.ok("GET", "/chat_info", { rid: roomId })).toMatchObject({ count: 2, room: { Rid: roomId } })
  expect(await ana.fails(5, "POST", "/room/close_room", { roomid: roomId })).toMatchObject({
    time: totals["time"],
    count: "1",
  })

  await ana.ok("POST", "/room/recommand", { rid: roomId, multiple: 0 })
  expect(await ana.ok("GET", "/room/play_list")).toMatchObject({ recommand: String(roomId), recommand_type: 0 })
  expect(await bo.ok("GET", "/look_info", { uid: ana.uid })).toMatchObject({ user: { Recommand: String(roomId) } })
  expect(await bo.ok("GET", "/recommand_list", { index: 0, play_index: 0, uid: bo.uid })).toMatchObject({
    RoomList: [],
    MultipleList: [],
    PlayBackList: [
      {
        id: String(roomId),
        room_id: String(roomId),
        owner_id: String(ana.uid),
        location: "Guangzhou",
        statue: "0",
        viewer: "2",
        live_url: replay,
      },
    ],
    PlayBackMultipleList: [],
  })

  await ana.ok("GET", "/room/del_play", { roomid: roomId, multiple: 0 })
  expect(await again.hears({ mtype: 5 })).toMatchObject({ count: "1", rice: "0" })
  expect(await again.closed).toBe(1000)
  await promisesKept(ana)
  expect(media.deleted).toEqual(["tea"])
  expect(await shelfOf(ana)).toEqual([])
  expect(roomsIn(await bo.ok("GET", "/recommand_list"), "PlayBackList")).toEqual([])
  expect(await bo.ok("GET", "/look_info", { uid: ana.uid })).toMatchObject({ user: { Recommand: "0" } })
  expect(await bo.ok("GET", "/room_info", { rid: roomId })).toMatchObject({ info: { Statue: 0, LiveUrl: "" } })
  await bo.fails(35, "GET", `/check_channel/${roomId}`)
  expect(await isRefused(cai, roomId)).toMatchObject({ err: 35 })
  await ana.fails(4, "GET", "/room/del_play", { roomid: roomId })
})
