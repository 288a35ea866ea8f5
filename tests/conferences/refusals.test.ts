import { expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { write } from "../../src/db/write.ts"
import type { MediaProvider } from "../../src/providers/media/index.ts"
import { builtinRtc } from "../../src/providers/rtc/builtin.ts"
import { fakeMedia, isBanned } from "../playback/stage.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { aConference, answers, comesOnStage, opensConference } from "./stage.ts"

/** An admin takes, or gives back, the right to be on stage. */
async function mayLink({ app, uid }: Phone, canLinkMic: boolean): Promise<void> {
  await write(app.running.app, (tx) =>
    tx.update(users).set({ canLinkMic }).where(eq(users.id, uid)).returning({ id: users.id }),
  )
}

test("a host makes one conference at a time, and the server so many", async () => {
  await using app = await startApp({ CONFERENCES_MAX: "2" })
  const [ana, bo, cai] = [await registers(app, "Ana"), await registers(app, "Bo"), await registers(app, "Cai")]
  const calls = await Promise.all(Array.from({ length: 10 }, () => ana.call("POST", "/multiple/create_room")))
  const [made, ...refused] = calls.sort((one, other) => one.ErrCode - other.ErrCode)
  expect(made?.ErrCode).toBe(0)
  for (const one of refused) expect(one).toMatchObject({ ErrCode: 70, rid: made?.["rid"] ?? "" })
  const rid = await opensConference(bo)
  await bo.fails(70, "POST", "/multiple/create_room")
  await cai.fails(71, "POST", "/multiple/create_room")
  await bo.ok("POST", "/multiple/exit")
  await cai.ok("POST", "/multiple/create_room")
  // One that was never opened comes to nothing, and is forgotten.
  expect(await ana.ok("POST", "/multiple/exit")).toMatchObject({ time: 0, count: "0", rice: "0" })
  await ana.fails(76, "GET", "/multiple/get_room", { rid: String(made?.["rid"]) })
  await bo.fails(72, "GET", "/multiple/get_room", { rid })
})

test("it goes from idle to ready to live to finished, and no way else", async () => {
  await using app = await startApp()
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const rid = Number((await ana.ok("POST", "/multiple/create_room"))["rid"])
  const state = async () => ((await bo.ok("GET", "/multiple/get_room", { rid }))["room"] as { state: string }).state
  expect(await state()).toBe("idle")
  expect(await bo.ok("GET", "/recommand_list")).toMatchObject({ MultipleList: [] })
  await bo.fails(37, "GET", `/check_channel/${rid}`)
  await ana.ok("POST", "/multiple/confirm", { rid, room_name: "Tea", location: "Harbour" })
  await ana.ok("POST", "/multiple/confirm", { rid, room_name: "Tea and songs" })
  expect(await state()).toBe("ready")
  const opened = await ana.ok("POST", "/multiple/ready_room", { rid })
  expect(opened).toMatchObject({ rid: String(rid), rtc: "builtin", room_name: String(rid), ice_servers: [] })
  expect(opened["live_pull"]).toMatch(new RegExp(`^rtmp://localhost:\\d+/live/${rid}\\?e=\\d+&key=`))
  expect(await state()).toBe("live")
  const { room } = await bo.ok("GET", "/multiple/get_room", { rid })
  expect(room).toMatchObject({ room_name: "Tea and songs", location: "Harbour", statue: "1" })
  const { live_url } = await ana.ok("POST", "/multiple/gen_live_addr", { rid })
  expect(live_url).toContain(`/live/${rid}?`)
  expect((room as { live_url: string }).live_url).toContain(`/live/${rid}?`)

  await ana.fails(68, "POST", "/multiple/confirm", { rid, room_name: "Coffee" })
  await ana.fails(68, "POST", "/multiple/ready_room", { rid, room_name: "Coffee" })
  // The answer was lost on its way: the same question is answered anew.
  const again = await ana.ok("POST", "/multiple/ready_room", { rid, room_name: "Tea and songs", save: 0 })
  expect(again).toMatchObject({ rid: String(rid), token: expect.any(String) })
  await ana.fails(63, "GET", "/room/pull_addr", { rid })

  await ana.ok("POST", "/room/close_room", { roomid: rid })
  for (const path of ["confirm", "ready_room", "gen_live_addr"])
    await ana.fails(72, "POST", `/multiple/${path}`, { rid })
  await ana.fails(72, "POST", "/multiple/invite", { rid, oid: bo.uid })
  await ana.fails(72, "GET", "/multiple/gen_token", { rid })
  await ana.fails(67, "GET", "/multiple/gen_token")
  await ana.fails(67, "POST", "/multiple/exit", { oid: bo.uid })
})

test("another's conference, one that is none and a parameter that is none are told apart", async () => {
  await using app = await startApp()
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const rid = await opensConference(ana)
  const liveRoom = await bo.opensRoom()
  const calls: ["GET" | "POST", string][] = [
    ["POST", "confirm"],
    ["POST", "ready_room"],
    ["POST", "gen_live_addr"],
    ["POST", "invite"],
  ]
  for (const [method, path] of calls) {
    await bo.fails(77, method, `/multiple/${path}`, { rid, oid: bo.uid })
    await ana.fails(76, method, `/multiple/${path}`, { rid: rid + 99, oid: bo.uid })
    await bo.fails(76, method, `/multiple/${path}`, { rid: liveRoom, oid: bo.uid })
    await ana.fails(69, method, `/multiple/${path}`, { rid: "x", oid: bo.uid })
    await ana.fails(69, method, `/multiple/${path}`, { oid: bo.uid })
  }
  await ana.fails(69, "POST", "/multiple/gen_live_addr", { rid, line: 3 })
  await ana.fails(69, "POST", "/multiple/confirm", { rid, room_name: "x".repeat(41) })
  await ana.fails(69, "POST", "/multiple/invite", { rid, oid: ana.uid })
  await ana.fails(8, "POST", "/multiple/invite", { rid, oid: 999 })
  for (const path of ["get_room", "gen_token"]) {
    await bo.fails(76, "GET", `/multiple/${path}`, { rid: rid + 99 })
    await bo.fails(69, "GET", `/multiple/${path}`, { rid: "x" })
  }
  await bo.fails(73, "GET", "/multiple/gen_token", { rid })
  await bo.fails(67, "GET", "/multiple/gen_token")
  await bo.fails(36, "DELETE", "/admin/delete_multiple", { rid })
})

test("a forbidden title is refused, and so is one more recording than a host may keep", async () => {
  await using app = await startApp({ PLAYBACK_MAX: "0" })
  const ana = await registers(app, "Ana")
  const rid = Number((await ana.ok("POST", "/multiple/create_room"))["rid"])
  await ana.fails(61, "POST", "/multiple/confirm", { rid, room_name: "六合彩" })
  await ana.fails(61, "POST", "/multiple/ready_room", { rid, room_name: "六合彩" })
  await ana.fails(64, "POST", "/multiple/ready_room", { rid, save: 1 })
})

test("a provider that refuses leaves the conference as it was", async () => {
  const options = { stunUrls: [], turnUrls: [], turnSecret: undefined, sign: () => "", now: Date.now }
  let isDown = true
  const rtc = {
    ...builtinRtc(options),
    open: async () => {
      if (isDown) throw new Error("no answer")
    },
  }
  const media: MediaProvider = {
    ...fakeMedia(),
    async isStreaming() {
      if (isDown) throw new Error("no answer")
      return false
    },
  }
  await using app = await startApp({}, { rtc, media })
  const ana = await registers(app, "Ana")
  const rid = Number((await ana.ok("POST", "/multiple/create_room"))["rid"])
  await ana.fails(75, "POST", "/multiple/ready_room", { rid })
  await ana.fails(75, "POST", "/multiple/gen_live_addr", { rid })
  const { room } = await ana.ok("GET", "/multiple/get_room", { rid })
  expect(room).toMatchObject({ state: "idle", live_url: "" })
  isDown = false
  await ana.ok("POST", "/multiple/ready_room", { rid })
  await ana.ok("POST", "/multiple/gen_live_addr", { rid, line: 2 })
})

test("whom a host cannot ask: who is away, coming back, banned, blocked, on stage already or not allowed there", async () => {
  await using app = await startApp()
  const table = await aConference(app)
  const { host: ana, rid } = table
  const bo = await registers(app, "Bo")
  const invite = { oid: bo.uid, rid }
  await ana.fails(50, "POST", "/multiple/invite", invite)
  const atBo = await bo.enters(0)
  await atBo.settles()
  await atBo.leaves()
  while (app.running.app.realtime.isOnline(bo.uid)) await new Promise(setImmediate)
  await ana.fails(49, "POST", "/multiple/invite", invite)
  app.pass(16_000)
  await ana.fails(50, "POST", "/multiple/invite", invite)
  const again = await bo.enters(0)
  await again.settles()

  await isBanned(bo, 60_000)
  await ana.fails(53, "POST", "/multiple/invite", invite)
  await isBanned(bo, 0)
  for (const [one, other] of [
    [bo, ana],
    [ana, bo],
  ] as const) {
    await one.ok("POST", "/black/add_black", { blackid: other.uid })
    await ana.fails(25, "POST", "/multiple/invite", invite)
    await one.ok("POST", "/black/del_black", { blackid: other.uid })
  }
  for (const one of [bo, ana]) {
    await mayLink(one, false)
    await ana.fails(73, "POST", "/multiple/invite", invite)
    await one.fails(73, "GET", "/multiple/gen_token", { rid })
    await mayLink(one, true)
  }
  await comesOnStage(table, bo)
  await ana.fails(38, "POST", "/multiple/invite", invite)
  const other = await aConference(app, "Cai")
  await other.host.fails(38, "POST", "/multiple/invite", { oid: bo.uid, rid: other.rid })
  await ana.fails(38, "POST", "/multiple/invite", { oid: other.host.uid, rid })
  expect(await bo.ok("GET", "/multiple/gen_token", { rid })).toMatchObject({ rid: String(rid) })
})

test("answers that nobody asked for, come too late or find the stage full are refused to who gives them", async () => {
  await using app = await startApp()
  const table = await aConference(app)
  const { host: ana, rid } = table
  const guests: Phone[] = []
  for (let n = 0; n < 6; n++) guests.push(await registers(app, `G${n}`))
  const [first, late, ...others] = guests as [Phone, Phone, ...Phone[]]
  const atFirst = await first.enters(0)
  answers(atFirst, ana, 0)
  await atFirst.hears({ mtype: 4, err: 73 })
  atFirst.sends({ mtype: 15, anchor_uid: ana.uid, is_agree: 7 })
  await atFirst.hears({ mtype: 4, err: 69 })
  answers(atFirst, first, 0)
  await atFirst.hears({ mtype: 4, err: 73 })

  await ana.ok("POST", "/multiple/invite", { oid: first.uid, rid })
  app.pass(61_000)
  answers(atFirst, ana, 0)
  await atFirst.hears({ mtype: 4, err: 73 })

  const atLate = await late.enters(0)
  for (const guest of others) await comesOnStage(table, guest)
  for (const guest of [first, late]) await ana.ok("POST", "/multiple/invite", { oid: guest.uid, rid })
  answers(atFirst, ana, 0)
  await table.atHost.hears({ mtype: 15, uid: first.uid })
  answers(atLate, ana, 0)
  await atLate.hears({ mtype: 4, err: 71 })
  await ana.fails(69, "POST", "/multiple/invite", { oid: late.uid, rid })
  await first.ok("POST", "/multiple/exit")
  answers(atLate, ana, 0)
  await table.atHost.hears({ mtype: 15, uid: late.uid, is_agree: 0 })
})
