import { expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { erasePerson } from "../../src/admin/erase.ts"
import { grant } from "../../src/admin/role.ts"
import { auditLog } from "../../src/audit/tables.ts"
import { guests as guestRows } from "../../src/conferences/tables.ts"
import { rooms } from "../../src/rooms/tables.ts"
import { isBanned } from "../playback/stage.ts"
import { freshHome, startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { startProgram } from "../support/process.ts"
import { Socket } from "../support/socket.ts"
import {
  aConference,
  answers,
  comesOnStage,
  heardNone,
  hearsFarewell,
  membersFor,
  opensConference,
  tends,
} from "./stage.ts"

test("fifty invitations at once ask once, and a refusal is not followed by the next question", async () => {
  await using app = await startApp()
  const { host: ana, rid, atHost } = await aConference(app)
  const bo = await registers(app, "Bo")
  const atBo = await bo.enters(0)
  await atBo.settles()
  const invite = { oid: bo.uid, rid }
  const calls = await Promise.all(Array.from({ length: 50 }, () => ana.call("POST", "/multiple/invite", invite)))
  expect(calls.filter(({ ErrCode }) => ErrCode === 0).length).toBe(1)
  expect(calls.filter(({ ErrCode }) => ErrCode === 74).length).toBe(49)
  await atBo.hears({ mtype: 15 })
  await atBo.settles()
  expect(atBo.frames.filter(({ mtype }) => mtype === 15).length).toBe(1)

  answers(atBo, ana, 1)
  await atHost.hears({ mtype: 15, uid: bo.uid, is_agree: 1 })
  await ana.fails(74, "POST", "/multiple/invite", invite)
  app.pass(61_000)
  await ana.ok("POST", "/multiple/invite", invite)
})

test("of two hosts who ask the same guest one gets a yes, however fast the guest says it to both", async () => {
  await using app = await startApp()
  const [first, second] = [await aConference(app, "Ana"), await aConference(app, "Eve")]
  const bo = await registers(app, "Bo")
  const atBo = await bo.enters(0)
  for (const { host, rid } of [first, second]) await host.ok("POST", "/multiple/invite", { oid: bo.uid, rid })
  for (const { host } of [first, second]) answers(atBo, host, 0)
  await atBo.hears({ mtype: 4, err: 38 })
  await first.atHost.hears({ mtype: 15, uid: bo.uid, is_agree: 0 })
  await heardNone(second.atHost, 15)
  await bo.ok("GET", "/multiple/gen_token", { rid: first.rid })
  await bo.fails(73, "GET", "/multiple/gen_token", { rid: second.rid })
})

test("signals go between those on stage alone, to sockets that ask for our frames", async () => {
  await using app = await startApp()
  const table = await aConference(app)
  const { host: ana, rid, atHost } = table
  const [bo, cai, eve, dee] = [
    await registers(app, "Bo"),
    await registers(app, "Cai"),
    await registers(app, "Eve"),
    await registers(app, "Dee"),
  ]
  const [atBo, atCai] = [await comesOnStage(table, bo), await comesOnStage(table, cai)]
  const atEve = await eve.enters(rid, { ext: 1 })
  const data = { type: "offer", sdp: "v=0\r\n", nested: [1, null, "é"] }
  atBo.sends({ mtype: 1016, to: cai.uid, data })
  expect(await atCai.hears({ mtype: 1016 })).toEqual({ mtype: 1016, from: bo.uid, data })
  atHost.sends({ mtype: 1016, to: bo.uid, data: "hello" })
  await atBo.hears({ mtype: 1016, from: ana.uid, data: "hello" })

  // A viewer can neither speak nor be spoken to, nor can anybody be spoken to from another room, or speak to themselves.
  atEve.sends({ mtype: 1016, to: cai.uid, data })
  await atEve.hears({ mtype: 4, err: 73 })
  atBo.sends({ mtype: 1016, to: eve.uid, data })
  await atBo.hears({ mtype: 4, err: 39 })
  atBo.sends({ mtype: 1016, to: bo.uid, data })
  await atBo.hears({ mtype: 4, err: 39 })
  const other = await aConference(app, "Fay")
  other.atHost.sends({ mtype: 1016, to: cai.uid, data })
  await other.atHost.hears({ mtype: 4, err: 39 })
  const atLobby = await bo.enters(0, { ext: 1 })
  atLobby.sends({ mtype: 1016, to: cai.uid, data })
  await atLobby.hears({ mtype: 4, err: 73 })
  // One who was asked and has not agreed is a viewer.
  const atDee = await dee.enters(rid, { ext: 1 })
  await ana.ok("POST", "/multiple/invite", { oid: dee.uid, rid })
  atDee.sends({ mtype: 1016, to: cai.uid, data })
  await atDee.hears({ mtype: 4, err: 73 })
  for (const bad of [{ to: cai.uid }, { data }, { to: "x", data }, { to: cai.uid, data: "x".repeat(12_300) }]) {
    atBo.sends({ mtype: 1016, ...bad })
    await atBo.hears({ mtype: 4, err: 69 })
  }
  // Whoever comes back without asking for our frames gets none.
  const plain = await cai.enters(rid)
  await atCai.closed
  atBo.sends({ mtype: 1016, to: cai.uid, data })
  await atBo.settles()
  await heardNone(plain, 1016)

  await isBanned(bo, 60_000)
  atBo.sends({ mtype: 1016, to: ana.uid, data })
  await atBo.hears({ mtype: 4, err: 73 })
  await isBanned(bo, 0)
  await ana.ok("POST", "/multiple/exit", { oid: bo.uid })
  atBo.sends({ mtype: 1016, to: ana.uid, data })
  await atBo.hears({ mtype: 4, err: 73 })
  await atBo.settles()
  for (const socket of [atEve, atDee]) await heardNone(socket, 1016)
  expect(atHost.frames.filter(({ mtype }) => mtype === 1016).map(({ data }) => data)).toEqual([{ type: "bye" }])
})

test("who signals faster than phones need to is told so", async () => {
  await using app = await startApp({ RATE_LIMITS: "on" })
  const table = await aConference(app)
  const bo = await registers(app, "Bo")
  const atBo = await comesOnStage(table, bo)
  // As many as may come at once without being a flood.
  for (let n = 0; n < 95; n++) atBo.sends({ mtype: 1016, to: table.host.uid, data: n })
  await atBo.hears({ mtype: 4, err: 1 })
  await table.atHost.hears({ mtype: 1016, data: 59 })
})

test("a guest who is blocked, banned, or out of the room too long is on stage no more; one who comes back stays", async () => {
  await using app = await startApp({ HOST_GRACE: "60" })
  const table = await aConference(app)
  const { host: ana, rid, atHost } = table
  const guests = [await registers(app, "Bo"), await registers(app, "Cai"), await registers(app, "Dee")] as const
  const [bo, cai, dee] = guests
  const [atBo, , atDee] = [
    await comesOnStage(table, bo),
    await comesOnStage(table, cai),
    await comesOnStage(table, dee),
  ]
  await ana.ok("POST", "/black/add_black", { blackid: bo.uid })
  await atBo.closed
  await bo.fails(73, "GET", "/multiple/gen_token", { rid })
  await isBanned(cai, 600_000)
  await tends(app)
  for (const guest of [bo, cai]) await hearsFarewell(atHost, guest)
  expect(await membersFor(ana, rid)).toEqual([
    [ana.uid, "host"],
    [dee.uid, "on_stage"],
  ])

  const isGone = async () => {
    while (app.running.app.realtime.roomOf(dee.uid) !== undefined) await new Promise(setImmediate)
    await tends(app)
  }
  await atDee.leaves()
  await isGone()
  // Time passes by itself, too.
  app.pass(45_000)
  await tends(app)
  const back = await dee.enters(rid, { ext: 1 })
  await back.settles()
  await tends(app)
  app.pass(3_600_000)
  await tends(app)
  await dee.ok("GET", "/multiple/gen_token", { rid })
  await back.leaves()
  await isGone()
  app.pass(61_000)
  await tends(app)
  await dee.fails(73, "GET", "/multiple/gen_token", { rid })
  await hearsFarewell(atHost, dee)
})

test("a host who is gone has the grace, and then the conference settles", async () => {
  await using app = await startApp({ HOST_GRACE: "60" })
  const { host: ana, rid, atHost } = await aConference(app)
  const bo = await registers(app, "Bo")
  const atBo = await bo.enters(rid)
  await atHost.leaves()
  await atBo.hears({ mtype: 10 })
  await isMissed(app, rid)
  app.pass(61_000)
  await app.running.jobs.runNow("rooms.close_abandoned")
  await atBo.hears({ mtype: 5 })
  await ana.fails(67, "POST", "/multiple/exit")
  await ana.fails(47, "GET", `/check_channel/${rid}`)
  await bo.fails(72, "GET", "/multiple/get_room", { rid })
})

/** Waits until the server has noted that a room's host is gone: a room just opened waits for longer. */
async function isMissed({ running }: TestApp, rid: number): Promise<void> {
  const { db, now } = running.app
  const dueAt = async () =>
    (await db.read.select().from(rooms).where(eq(rooms.id, rid)))[0]?.hostDueAt ?? Number.POSITIVE_INFINITY
  while ((await dueAt()) > now() + 60_000) await new Promise(setImmediate)
}

test("a conference that nobody opens is dropped, and its guests are free", async () => {
  await using app = await startApp()
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const rid = Number((await ana.ok("POST", "/multiple/create_room"))["rid"])
  const [atAna, atBo] = [await ana.enters(0), await bo.enters(0)]
  await ana.ok("POST", "/multiple/invite", { oid: bo.uid, rid })
  answers(atBo, ana, 0)
  await atAna.hears({ mtype: 15, is_agree: 0 })
  app.pass(7_000_000)
  await ana.ok("POST", "/multiple/confirm", { rid, room_name: "Later" })
  app.pass(7_000_000)
  await app.running.jobs.runNow("conferences.drop_idle")
  await bo.ok("GET", "/multiple/gen_token", { rid })
  app.pass(1_000_000)
  await app.running.jobs.runNow("conferences.drop_idle")
  await bo.fails(76, "GET", "/multiple/gen_token", { rid })
  await bo.fails(67, "POST", "/multiple/exit")
})

test("who opens a conference leaves the stage of another", async () => {
  await using app = await startApp()
  const table = await aConference(app)
  const bo = await registers(app, "Bo")
  await comesOnStage(table, bo)
  const rid = await opensConference(bo)
  await hearsFarewell(table.atHost, bo)
  await bo.fails(73, "GET", "/multiple/gen_token", { rid: table.rid })
  await bo.ok("GET", "/multiple/gen_token", { rid })
})

test("an admin ends anybody's conference, on the air or not, and it is written down", async () => {
  await using app = await startApp()
  const { rid, atHost } = await aConference(app)
  const [mo, bo] = [await registers(app, "Mo"), await registers(app, "Bo")]
  await grant(app.running.app, "cli", mo.tel, "moderator")
  await mo.ok("DELETE", "/admin/delete_multiple", { rid })
  await atHost.hears({ mtype: 6 })
  await atHost.hears({ mtype: 5 })
  expect(await atHost.closed).toBe(1000)
  await mo.fails(72, "DELETE", "/admin/delete_multiple", { rid })
  const { rid: idle } = await bo.ok("POST", "/multiple/create_room")
  await mo.ok("DELETE", "/admin/delete_multiple", { rid: String(idle) })
  await mo.fails(76, "DELETE", "/admin/delete_multiple", { rid: String(idle) })
  await mo.fails(69, "DELETE", "/admin/delete_multiple")
  const rows = await app.running.app.db.read.select().from(auditLog)
  expect(rows.filter(({ act }) => act === "conference.delete").map(({ target }) => target)).toEqual([
    `room ${rid}`,
    `room ${idle}`,
  ])
})

test("killed in the middle of a conference, the program comes back, keeps the guest for the grace, and settles", async () => {
  const home = await freshHome()
  await using _home = { [Symbol.asyncDispose]: () => home.remove() }
  const program = await startProgram(home.env)
  let url = program.url
  const call = async (token: string, path: string, values: Record<string, string> = {}) => {
    const method = /get_room|gen_token/.test(path) ? "GET" : "POST"
    const form = new URLSearchParams({ token, ...values })
    const request = method === "GET" ? fetch(`${url}${path}?${form}`) : fetch(url + path, { method, body: form })
    return (await (await request).json()) as Record<string, unknown>
  }
  const [ana, bo] = await Promise.all(
    ["ana", "bo"].map((name) => call("", "/action/register", { account: `${name}_1`, pwd: "sing-a-song" })),
  )
  const [anas, bos] = [String(ana?.["token"]), String(bo?.["token"])]
  const enter = (rid: string, token: string) =>
    Socket.open(`${url.replace("http", "ws")}/channel/${rid}/ws?token=${token}&ext=1`)
  const rid = String((await call(anas, "/multiple/create_room"))["rid"])
  expect(await call(anas, "/multiple/ready_room", { rid })).toMatchObject({ ErrCode: 0 })
  const [atAna, atBo] = [await enter(rid, anas), await enter(rid, bos)]
  await call(anas, "/multiple/invite", { rid, oid: String(bo?.["uid"]) })
  await atBo.hears({ mtype: 15 })
  atBo.sends({ mtype: 15, anchor_uid: ana?.["uid"], is_agree: 0 })
  await atAna.hears({ mtype: 15, is_agree: 0 })
  program.kill("SIGKILL")
  await program.exited

  await using again = await startProgram({ ...home.env, HOST_GRACE: "8" })
  url = again.url
  // Her app asks for a conference and hears which one she has.
  expect(await call(anas, "/multiple/create_room")).toMatchObject({ ErrCode: 70, rid })
  expect(await call(bos, "/multiple/gen_token", { rid })).toMatchObject({ ErrCode: 0 })
  const back = await enter(rid, bos)
  expect(await back.hears({ mtype: 5 })).toMatchObject({ count: "1", rice: "0" })
  expect(await call(bos, "/multiple/gen_token", { rid })).toMatchObject({ ErrCode: 72 })
  expect(await call(anas, "/multiple/create_room")).toMatchObject({ ErrCode: 0 })
})

test("of an erased person nothing is left on any stage", async () => {
  await using app = await startApp()
  const table = await aConference(app)
  const bo = await registers(app, "Bo")
  await comesOnStage(table, bo)
  const erasure = { actor: "cli", why: "asked", evenWithMoney: true }
  await erasePerson(app.running.app, { userId: bo.uid, ...erasure })
  await hearsFarewell(table.atHost, bo)
  expect(await app.running.app.db.read.select().from(guestRows)).toEqual([])
  await erasePerson(app.running.app, { userId: table.host.uid, ...erasure })
  expect(await table.atHost.closed).toBeGreaterThanOrEqual(1000)
  const reader = await registers(app, "Cai")
  await reader.fails(72, "GET", "/multiple/get_room", { rid: table.rid })
})
