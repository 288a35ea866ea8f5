import { expect, test } from "bun:test"
import { creditUser } from "../../src/admin/credit.ts"
import { recorded } from "../../src/playback/recorded.ts"
import { roomsIn } from "../playback/stage.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { aConference, answers, comesOnStage, hearsFarewell, membersFor, saidIn } from "./stage.ts"

test("an evening: Ana asks three, one refuses, two come on stage, one leaves, one is thrown out; the totals are right", async () => {
  await using app = await startApp()
  const table = await aConference(app)
  const { host: ana, rid, atHost } = table
  const [bo, cai, dee, eli] = [
    await registers(app, "Bo"),
    await registers(app, "Cai"),
    await registers(app, "Dee"),
    await registers(app, "Eli"),
  ]
  const { MultipleList } = await eli.ok("GET", "/recommand_list")
  expect(MultipleList).toMatchObject([
    { id: String(rid), room_name: "Ana's table", owner_id: String(ana.uid), statue: "1" },
  ])
  expect(roomsIn(await eli.ok("GET", "/list_room"), "RoomList")).toEqual([])

  const atBo = await comesOnStage(table, bo)
  const atCai = await comesOnStage(table, cai)
  const atDee = await dee.enters(0)
  await ana.ok("POST", "/multiple/invite", { oid: dee.uid, rid })
  await atDee.hears({ mtype: 15, user: ana.uid, other: dee.uid, rid: String(rid) })
  expect(await membersFor(ana, rid)).toEqual([
    [ana.uid, "host"],
    [bo.uid, "on_stage"],
    [cai.uid, "on_stage"],
    [dee.uid, "asked"],
  ])
  expect(await membersFor(eli, rid)).toEqual([
    [ana.uid, "host"],
    [bo.uid, "on_stage"],
    [cai.uid, "on_stage"],
  ])
  // Dee answers from the lobby.
  answers(atDee, ana, 1)
  expect(await atHost.hears({ mtype: 15, uid: dee.uid })).toEqual({
    mtype: 15,
    uid: dee.uid,
    nick_name: expect.any(String),
    is_agree: 1,
    is_ageree: 1,
  })
  await dee.fails(73, "GET", "/multiple/gen_token", { rid })

  expect(saidIn(await bo.ok("GET", "/multiple/gen_token", { rid }))).toEqual({
    room_name: String(rid),
    user_id: String(bo.uid),
    perm: "user",
    expire_at: expect.any(Number),
  })
  expect(saidIn(await ana.ok("GET", "/multiple/gen_token"))).toMatchObject({ perm: "admin", user_id: String(ana.uid) })

  const gift = { userId: bo.uid, currency: "diamond", amount: 5, actor: "cli", why: "a story" } as const
  await creditUser(app.running.app, gift)
  await bo.ok("POST", "/gift/send_gift", { giftid: 1, num: 5, revid: ana.uid })
  await atCai.hears({ mtype: 2, uid: bo.uid, rev_uid: ana.uid })
  const { room } = await eli.ok("GET", "/chat_info", { rid, index: 0 })
  expect(room).toMatchObject({ Mtype: 1, Rid: rid })
  const rice = String((room as { rice: number }).rice)
  expect(Number(rice)).toBeGreaterThan(0)
  atBo.says("good evening")
  await atCai.hears({ mtype: 1, msg: "good evening" })
  await ana.ok("POST", "/chat/gag", { oid: cai.uid })
  await atCai.hears({ mtype: 8 })

  expect(await bo.ok("POST", "/multiple/exit")).toMatchObject({ count: "2", rice })
  await hearsFarewell(atHost, bo)
  await hearsFarewell(atCai, bo)
  await bo.fails(67, "POST", "/multiple/exit")
  await bo.fails(73, "GET", "/multiple/gen_token", { rid })

  await ana.ok("POST", "/multiple/exit", { oid: cai.uid })
  await atCai.hears({ mtype: 6 })
  await hearsFarewell(atHost, cai)
  await cai.fails(73, "GET", "/multiple/gen_token", { rid })
  await ana.fails(73, "POST", "/multiple/exit", { oid: cai.uid })
  expect(await membersFor(ana, rid)).toEqual([[ana.uid, "host"]])
  // Who was on stage may be asked back at once.
  await ana.ok("POST", "/multiple/invite", { oid: bo.uid, rid })

  app.pass(3_600_000)
  const totals = await ana.ok("POST", "/multiple/exit")
  expect(totals).toMatchObject({ count: "2", rice })
  expect(totals["time"]).toBeGreaterThanOrEqual(3_600)
  for (const socket of [atHost, atBo, atCai]) {
    expect(await socket.hears({ mtype: 5 })).toMatchObject({ time: totals["time"], count: "2", rice })
    expect(await socket.closed).toBe(1000)
  }
  await ana.fails(67, "POST", "/multiple/exit")
  await eli.fails(72, "GET", "/multiple/get_room", { rid })
})

test("what is kept of a conference becomes its host's playback of that kind", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  const { rid } = await ana.ok("POST", "/multiple/create_room")
  await ana.ok("POST", "/multiple/ready_room", { rid: Number(rid), save: 1 })
  await ana.ok("POST", "/multiple/exit")
  await recorded(app.running.app, "builtin", Number(rid), { key: String(rid), seconds: 9, bytes: 9 })
  const shelf = await ana.ok("GET", "/room/play_list")
  expect([roomsIn(shelf, "plist"), roomsIn(shelf, "multiple_plist")]).toEqual([[], [Number(rid)]])
})

test("followers hear of a conference, and a host has one thing on the air", async () => {
  await using app = await startApp()
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await bo.ok("POST", "/focus/focus_other", { oid: ana.uid })
  await bo.ok("POST", "/user/set_push", { push: 1 })
  const atBo = await bo.enters(0)
  const roomId = await ana.opensRoom()
  await atBo.hears({ mtype: 6, room_id: roomId })
  const { rid } = await ana.ok("POST", "/multiple/create_room")
  // Making it ends nothing yet.
  expect(roomsIn(await bo.ok("GET", "/list_room"), "RoomList")).toEqual([roomId])
  await ana.ok("POST", "/multiple/ready_room", { rid: Number(rid) })
  await atBo.hears({ mtype: 6, room_id: Number(rid) })
  expect(roomsIn(await bo.ok("GET", "/list_room"), "RoomList")).toEqual([])
  await ana.opensRoom()
  await bo.fails(72, "GET", "/multiple/get_room", { rid: Number(rid) })
})
