import { expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { sessions } from "../../src/accounts/tables.ts"
import type { Seat } from "../../src/realtime/seat.ts"
import { expelTooLate } from "../../src/rooms/admission.ts"
import { isRefused, keepsAnEvening, roomsIn } from "../playback/stage.ts"
import { startApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"
import { assertCounted, block, blockedBy, countsOf, follow, registerAll, unblock } from "./stage.ts"

test("Ana blocks Mal: both cease to follow, and Mal can neither follow, write nor enter until she relents", async () => {
  await using app = await startApp()
  const [ana, mal, bo] = await registerAll(app, "Ana", "Mal", "Bo")
  const roomId = await ana.opensRoom()
  for (const [who, whom] of [
    [ana, mal],
    [mal, ana],
    [bo, ana],
    [mal, bo],
  ] as const) {
    await follow(who, whom)
  }
  await block(ana, mal)
  await block(ana, mal)
  expect(await countsOf(ana)).toEqual({ focus: 0, fans: 1 })
  expect(await countsOf(mal)).toEqual({ focus: 1, fans: 0 })
  await assertCounted(app)

  await mal.fails(25, "POST", "/focus/focus_other", { oid: ana.uid })
  await mal.fails(25, "POST", "/letter/write_letter", { oid: ana.uid, msg: "why?" })
  await mal.fails(25, "GET", `/check_channel/${roomId}`)
  expect(await isRefused(mal, roomId)).toEqual({ mtype: 4, err: 25 })
  await bo.ok("GET", `/check_channel/${roomId}`)
  const { ErrMsg } = await ana.fails(25, "POST", "/focus/focus_other", { oid: mal.uid })
  expect(ErrMsg).toStartWith("You have blocked")
  expect((await bo.ok("GET", "/chat_info", { rid: roomId }))["count"]).toBe(0)

  await unblock(ana, mal)
  await unblock(ana, mal)
  await follow(mal, ana)
  await mal.ok("POST", "/letter/write_letter", { oid: ana.uid, msg: "thanks" })
  await (await mal.enters(roomId)).settles()
  await assertCounted(app)
})

test("who is in the room when blocked is sent out of it, and stays in the lobby; in another's room nothing happens", async () => {
  await using app = await startApp()
  const [ana, mal, bo] = await registerAll(app, "Ana", "Mal", "Bo")
  const [hers, his] = [await ana.opensRoom(), await bo.opensRoom()]
  const atAna = await ana.enters(hers, { ext: 1 })
  const [lobby, inHers] = [await mal.enters(0), await mal.enters(hers)]
  await atAna.hears({ mtype: 18, uid: mal.uid })
  await block(ana, mal)
  expect(await inHers.hears({ mtype: 4 })).toEqual({ mtype: 4, err: 25 })
  expect(await inHers.closed).toBe(4025)
  await atAna.hears({ mtype: 1012, uid: mal.uid })

  const inHis = await mal.enters(his)
  await unblock(ana, mal)
  await block(ana, mal)
  for (const socket of [inHis, lobby]) {
    await socket.settles()
    expect(socket.frames.filter(({ err }) => err === 25)).toEqual([])
  }
})

test("a playback of the blocker's is shut as well, also to who is watching it", async () => {
  await using app = await startApp()
  const [ana, mal] = await registerAll(app, "Ana", "Mal")
  const playback = await keepsAnEvening(ana)
  const watching = await mal.enters(playback)
  await watching.settles()
  await block(ana, mal)
  expect(await watching.closed).toBe(4025)
  await mal.fails(25, "GET", `/check_channel/${playback}`)
  expect(await isRefused(mal, playback)).toEqual({ mtype: 4, err: 25 })
})

test("the front page hides those blocked either way from who says their number", async () => {
  await using app = await startApp()
  const [ana, mal, bo] = await registerAll(app, "Ana", "Mal", "Bo")
  const playbacks = []
  for (const host of [ana, mal, bo]) {
    const playback = await keepsAnEvening(host)
    await host.ok("POST", "/room/recommand", { rid: playback })
    playbacks.push(playback)
  }
  const [hers, mals, his] = [await ana.opensRoom(), await mal.opensRoom(), await bo.opensRoom()]
  const [hersOver, malsOver, hisOver] = playbacks
  await block(ana, mal)
  const seen = async (uid?: number) => {
    const answer = await bo.ok("GET", "/recommand_list", { token: undefined, ...(uid !== undefined && { uid }) })
    return [roomsIn(answer, "RoomList"), roomsIn(answer, "PlayBackList")]
  }
  const everything = [
    [his, mals, hers],
    [hisOver, malsOver, hersOver],
  ]
  expect(await seen()).toEqual(everything as number[][])
  for (const uid of [bo.uid, 0, 999_999]) expect(await seen(uid)).toEqual(everything as number[][])
  expect(await seen(ana.uid)).toEqual([
    [his, hers],
    [hisOver, hersOver],
  ] as number[][])
  expect(await seen(mal.uid)).toEqual([
    [his, mals],
    [hisOver, malsOver],
  ] as number[][])
})

test("the black list has the latest first", async () => {
  await using app = await startApp()
  const [ana, mal, bo] = await registerAll(app, "Ana", "Mal", "Bo")
  await bo.ok("POST", "/user/modify_info_location", { location: "Shanghai" })
  for (const other of [mal, bo]) await block(ana, other)
  const [first, second] = await blockedBy(ana)
  expect(first).toMatchObject({ uid: String(bo.uid), location: "Shanghai", level: "0", user_level: 0, anchor_level: 0 })
  expect(await blockedBy(ana, { before: first?.["id"] })).toEqual([second] as never)
  expect(second).toMatchObject({ uid: String(mal.uid) })
  await unblock(ana, bo)
  expect(await blockedBy(ana)).toEqual([second] as never)
  expect(await blockedBy(mal)).toEqual([])
  await ana.fails(10, "POST", "/black/add_black", { blackid: ana.uid })
  await ana.fails(8, "POST", "/black/add_black", { blackid: 999_999 })
  await ana.ok("POST", "/black/del_black", { blackid: 999_999 })
})

test("whoever was let in before the block, and sits down after it, is sent away", async () => {
  await using app = await startApp()
  const [ana, mal, bo] = await registerAll(app, "Ana", "Mal", "Bo")
  const roomId = await ana.opensRoom()
  await block(ana, mal)
  const { running } = app
  const fateOf = async ({ uid }: Phone) => {
    const [session] = await running.app.db.read.select().from(sessions).where(eq(sessions.userId, uid))
    let why: string | undefined
    const expel = (_: Seat, reason: string) => {
      why = reason
    }
    const seat = { sessionId: session?.id, userId: uid, roomId } as Seat
    await expelTooLate({ ...running.app, realtime: { ...running.app.realtime, expel } }, seat)
    return why
  }
  expect([await fateOf(mal), await fateOf(bo), await fateOf(ana)]).toEqual(["social.blocked", undefined, undefined])
})

test("whoever enters in the moment of being blocked is out in the end", async () => {
  await using app = await startApp()
  const [ana, mal] = await registerAll(app, "Ana", "Mal")
  const roomId = await ana.opensRoom()
  for (let round = 0; round < 20; round++) {
    const [socket] = await Promise.all([mal.enters(roomId), block(ana, mal)])
    expect(await socket.closed).toBe(4025)
    await unblock(ana, mal)
  }
})
