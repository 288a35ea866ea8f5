import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"

test("an evening: Ana goes live, four friends come, talk, star, and are gagged; she drops and returns; the totals are right", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const [bo, cai, dee, eli] = [
    await registers(app, "Bo"),
    await registers(app, "Cai"),
    await registers(app, "Dee"),
    await registers(app, "Eli"),
  ]

  const { liveid, url } = await ana.ok("POST", "/room/live_create", { line: 1 })
  expect(url).toContain(`/live/${liveid}?`)
  const roomId = await ana.opensRoom({ room_name: "Tea and songs" })
  expect(String(roomId)).toBe(String(liveid))
  const { RoomList } = await bo.ok("GET", "/list_room")
  expect(RoomList).toMatchObject([{ room_id: String(roomId), room_name: "Tea and songs", statue: "1" }])

  const atAna = await ana.enters(roomId)
  const atBo = await bo.enters(roomId, { ext: 1 })
  const welcome = await atBo.hears({ mtype: 1020 })
  expect(welcome).toMatchObject({ room: roomId, owner: ana.uid, count: 1, rice: 0, gagged: false, recovered: false })
  await atAna.hears({ mtype: 18, uid: bo.uid })
  const atCai = await cai.enters(roomId)
  const atDee = await dee.enters(roomId)
  await atBo.hears({ mtype: 18, uid: cai.uid })
  await atBo.hears({ mtype: 18, uid: dee.uid })

  atBo.says("  good evening  ")
  for (const socket of [atAna, atBo, atCai, atDee]) {
    const heard = await socket.hears({ mtype: 1 })
    expect(heard).toMatchObject({ msg: "good evening", uid: bo.uid })
  }

  atCai.sends({ mtype: 3 })
  expect(await atBo.hears({ mtype: 3 })).toMatchObject({ uid: cai.uid, count: 1 })

  await ana.ok("POST", "/chat/gag", { oid: cai.uid })
  await atCai.hears({ mtype: 8 })
  await ana.fails(17, "POST", "/chat/gag", { oid: cai.uid })
  expect(await ana.ok("GET", "/look_info_all", { oid: cai.uid })).toMatchObject({ user: { Gag: 1 } })
  atCai.says("let me speak")
  await atCai.hears({ mtype: 8 })
  await ana.ok("POST", "/chat/cancel_gag", { oid: cai.uid })
  await atCai.hears({ mtype: 9 })
  await ana.fails(18, "POST", "/chat/cancel_gag", { oid: cai.uid })
  atCai.says("thank you")
  const thanks = await atBo.hears({ mtype: 1, msg: "thank you" })
  expect(atBo.frames.some((frame) => frame["msg"] === "let me speak")).toBe(false)

  await atAna.leaves()
  await atBo.hears({ mtype: 10 })
  await bo.fails(36, "POST", "/chat/gag", { oid: cai.uid })
  await ana.fails(19, "POST", "/chat/gag", { oid: cai.uid })
  const anaBack = await ana.enters(roomId)
  await atBo.hears({ mtype: 11 })

  await atBo.leaves()
  await anaBack.settles()
  for (const words of ["one", "two", "three"]) anaBack.says(words)
  await anaBack.hears({ mtype: 1, msg: "three" })
  const boBack = await bo.enters(roomId, { ext: 1, since: Number(thanks["seq"]), epoch: String(welcome["epoch"]) })
  await boBack.hears({ mtype: 1, msg: "three" })
  expect(boBack.frames[0]).toMatchObject({ mtype: 1020, recovered: true })
  const numbers = boBack.frames.map((frame) => frame["seq"]).filter((seq) => seq !== undefined)
  expect(numbers.slice(1)).toEqual(numbers.slice(1).map((_, at) => Number(thanks["seq"]) + 1 + at))

  const atEli = await eli.enters(roomId)
  await anaBack.hears({ mtype: 18, uid: eli.uid })
  const chat = await bo.ok("GET", "/chat_info", { rid: roomId, index: 0 })
  expect(chat).toMatchObject({
    count: 4,
    owner: { Uid: ana.uid },
    room: { Rid: roomId, Name: "Tea and songs", Mtype: 0 },
  })
  expect((chat["info"] as { Uid: number }[]).map(({ Uid }) => Uid)).toEqual([eli.uid, dee.uid, cai.uid, bo.uid])

  app.pass(3_600_000)
  const totals = await ana.ok("POST", "/room/close_room", { roomid: roomId })
  expect(totals).toMatchObject({ count: "4", rice: "0" })
  expect(Number(totals["time"])).toBeGreaterThanOrEqual(3_600)
  for (const socket of [anaBack, boBack, atCai, atDee, atEli]) {
    expect(await socket.hears({ mtype: 5 })).toMatchObject({ time: totals["time"], count: "4", rice: "0" })
    expect(await socket.closed).toBe(1000)
  }
  await ana.fails(5, "POST", "/room/close_room", { roomid: roomId })
  await bo.fails(35, "GET", `/check_channel/${roomId}`)
  expect(await bo.ok("GET", "/room_info", { rid: roomId })).toMatchObject({ info: { Statue: 0, LiveUrl: "" } })
})
