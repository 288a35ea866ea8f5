import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { and, eq } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { erasePerson } from "../../src/admin/erase.ts"
import { rooms } from "../../src/rooms/tables.ts"
import { aConference, comesOnStage, membersFor } from "../conferences/stage.ts"
import { Encoder, isStreaming, reserves } from "../streams/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { actorOf, anOperator, operatorToken, theDesk } from "../withdrawals/desk.ts"

setDefaultTimeout(30_000)

const env = { ADMIN_TOKEN: operatorToken }
const forbid = "/admin/forbid_user_power"

type Bans = { id: string; uid: string; until: number; standing: boolean; why: string; placed_by: string }[]

const bansOf = async (operator: Phone, { uid }: Phone, standing = 0) =>
  (await operator.ok("GET", "/admin/bans", { oid: uid, standing }))["bans"] as Bans

async function bannedUntil({ running }: TestApp, { uid }: Phone): Promise<number> {
  const [user] = await running.app.db.read.select({ until: users.bannedUntil }).from(users).where(eq(users.id, uid))
  return user?.until ?? 0
}

describe("who is banned", () => {
  test("while in a room hears it and is gone at once, and the others go on", async () => {
    await using app = await startApp(env)
    const [ana, mal, bo] = [await registers(app, "Ana"), await registers(app, "Mal"), await registers(app, "Bo")]
    const mo = await anOperator(app, "Mo", "moderator")
    const roomId = await ana.opensRoom()
    const [atMal, inLobby, atBo] = [await mal.enters(roomId), await mal.enters(0), await bo.enters(roomId, { ext: 1 })]
    for (const socket of [atMal, inLobby, atBo]) await socket.settles()

    await mo.ok("POST", forbid, { oid: mal.uid, forbid: 2, forbid_time: 3_600, why: "sells herrings" })
    for (const socket of [atMal, inLobby]) {
      await socket.hears({ mtype: 7, notice: "Your account was suspended for a time." })
      await socket.hears({ mtype: 4, err: 59 })
      expect(await socket.closed).toBe(4059)
    }
    await atBo.hears({ mtype: 1012, uid: mal.uid })
    atBo.says("good evening")
    await atBo.hears({ mtype: 1, uid: bo.uid })

    await mal.ok("GET", "/user/refresh_info")
    await mal.fails(59, "POST", "/user/modify_info_nick", { nick_name: "Mallory" })
    const again = await mal.enters(roomId)
    again.says("herrings")
    await again.hears({ mtype: 4, err: 59 })
    expect(await bansOf(mo, mal, 1)).toMatchObject([{ why: "sells herrings", placed_by: actorOf(mo), standing: true }])
  })

  test("for good can neither come back nor sign in, and is let in again once that is lifted", async () => {
    await using app = await startApp(env)
    const [ana, mal] = [await registers(app, "Ana"), await registers(app, "Mal")]
    const desk = theDesk(app)
    const roomId = await ana.opensRoom()
    const atMal = await mal.enters(roomId)
    await atMal.settles()
    expect(await desk.ok("POST", forbid, { oid: mal.uid, forbid: 1 })).toMatchObject({ until: -1 })
    await atMal.hears({ mtype: 7, notice: "Your account was closed for good." })
    expect(await atMal.closed).toBe(4060)
    await mal.fails(60, "GET", "/user/refresh_info")
    expect(await (await mal.enters(roomId)).closed).toBe(4060)
    await desk.fails(10, "POST", forbid, { oid: mal.uid, forbid: 2, forbid_time: 60 })

    expect(await desk.ok("POST", forbid, { oid: mal.uid, forbid: 0 })).toMatchObject({ until: 0 })
    await mal.ok("GET", "/user/refresh_info")
    await (await mal.enters(roomId)).settles()
    expect(await bansOf(desk, mal, 1)).toEqual([])
    expect(await bansOf(desk, mal)).toMatchObject([{ until: -1, standing: false, lifted_by: "token" }])
  })

  test("while live goes off the air: viewers hear the end, the stream is cut, and no other begins", async () => {
    await using app = await startApp(env)
    const [mal, bo] = [await registers(app, "Mal"), await registers(app, "Bo")]
    const address = await reserves(mal)
    const { encoder } = await Encoder.at(address)
    encoder.sends()
    const roomId = await mal.opensRoom()
    await isStreaming(app, roomId, true)
    const [atMal, atBo] = [await mal.enters(roomId), await bo.enters(roomId)]
    for (const socket of [atMal, atBo]) await socket.settles()

    await theDesk(app).ok("POST", forbid, { oid: mal.uid, forbid: 2, forbid_time: 60 })
    await atMal.hears({ mtype: 7 })
    expect(await atMal.closed).toBe(4059)
    await atBo.hears({ mtype: 5 })
    expect(await atBo.closed).toBe(1000)
    await encoder.isCut()
    expect((await Encoder.at(address)).answer).not.toBe("NetStream.Publish.Start")
    await mal.fails(59, "POST", "/room/create_room")
    const { info } = await bo.ok("GET", "/room_info", { rid: roomId })
    expect(info).toMatchObject({ Statue: 0 })
  })

  test("leaves the stage, and a conference of their own ends", async () => {
    await using app = await startApp(env)
    const [mal, desk] = [await registers(app, "Mal"), theDesk(app)]
    const conference = await aConference(app)
    const { host, rid, atHost } = conference
    const atMal = await comesOnStage(conference, mal)
    await desk.ok("POST", forbid, { oid: mal.uid, forbid: 2, forbid_time: 60 })
    expect(await atMal.closed).toBe(4059)
    await atHost.hears({ mtype: 1016, from: mal.uid })
    expect((await membersFor(host, rid)).map(([uid]) => uid)).toEqual([host.uid])

    await desk.ok("POST", forbid, { oid: host.uid, forbid: 1 })
    expect(await atHost.closed).toBe(4060)
    const { info } = await mal.ok("GET", "/room_info", { rid })
    expect(info).toMatchObject({ Statue: 0 })
  })

  test("for a time is so for as long as was said, and what is added counts from the end", async () => {
    await using app = await startApp(env)
    const [mal, desk] = [await registers(app, "Mal"), theDesk(app)]
    const began = app.running.app.now()
    await desk.ok("POST", forbid, { oid: mal.uid, forbid: 2, forbid_time: 60, why: "first" })
    await desk.ok("POST", forbid, { oid: mal.uid, forbid: 2, forbid_time: 40, why: "second" })
    expect((await bannedUntil(app, mal)) - began).toBeWithin(100_000, 160_000)
    expect(await bansOf(desk, mal)).toMatchObject([
      { why: "second", standing: true },
      { why: "first", standing: false },
    ])
    app.pass((await bannedUntil(app, mal)) - app.running.app.now())
    await mal.ok("POST", "/user/modify_info_sex", { sex: 1 })
    expect(await bansOf(desk, mal, 1)).toEqual([])
    await desk.ok("POST", forbid, { oid: mal.uid, forbid: 2, forbid_time: 10 })
    expect((await bannedUntil(app, mal)) - app.running.app.now()).toBeWithin(1, 10_001)
  })
})

describe("a ban", () => {
  test("that is asked for again under its number is one, and many at once add up", async () => {
    await using app = await startApp(env)
    const [mal, desk] = [await registers(app, "Mal"), theDesk(app)]
    const once = { oid: mal.uid, forbid: 2, forbid_time: 60, request_id: "the-first" }
    const answers = await Promise.all(Array.from({ length: 8 }, () => desk.ok("POST", forbid, once)))
    expect(new Set(answers.map(({ until }) => until)).size).toBe(1)
    const began = await bannedUntil(app, mal)
    await Promise.all(Array.from({ length: 20 }, () => desk.ok("POST", forbid, { ...once, request_id: undefined })))
    expect((await bannedUntil(app, mal)) - began).toBe(20 * 60_000)
    expect(await bansOf(desk, mal, 1)).toHaveLength(1)
    await desk.fails(31, "POST", forbid, { ...once, forbid_time: 61 })
  })

  test("is none for nobody, for oneself, for who acts for the operator, or for who was erased", async () => {
    await using app = await startApp(env)
    const [mo, fin, cai] = [
      await anOperator(app, "Mo", "moderator"),
      await anOperator(app, "Fin", "finance"),
      await registers(app, "Cai"),
    ]
    await mo.fails(8, "POST", forbid, { oid: 999_999, forbid: 1 })
    await mo.fails(36, "POST", forbid, { oid: mo.uid, forbid: 0 })
    await mo.fails(36, "POST", forbid, { oid: fin.uid, forbid: 1 })
    await fin.ok("GET", "/user/refresh_info")
    const erasure = { userId: cai.uid, actor: "cli", why: "he asked", evenWithMoney: true }
    await erasePerson(app.running.app, erasure)
    await mo.fails(8, "POST", forbid, { oid: cai.uid, forbid: 0 })
    const { ErrMsg } = await mo.fails(10, "POST", forbid, { oid: cai.uid, forbid: 2 })
    expect(ErrMsg).toContain('"forbid_time"')
    for (const wrong of [{ forbid: 3 }, { forbid: 2, forbid_time: 0 }, { forbid: 2, forbid_time: 1e12 }]) {
      await mo.fails(10, "POST", forbid, { oid: cai.uid, ...wrong })
    }
  })

  test("cannot come to a hundred years bit by bit", async () => {
    await using app = await startApp(env)
    const [mal, desk] = [await registers(app, "Mal"), theDesk(app)]
    const tenYears = { oid: mal.uid, forbid: 2, forbid_time: 10 * 365 * 86_400 }
    for (let n = 0; n < 9; n++) await desk.ok("POST", forbid, tenYears)
    await desk.ok("POST", forbid, { ...tenYears, forbid_time: tenYears.forbid_time - 100 })
    await desk.fails(10, "POST", forbid, tenYears)
  })

  test("that comes while its person goes live leaves nothing on the air", async () => {
    await using app = await startApp(env)
    const desk = theDesk(app)
    for (let n = 0; n < 15; n++) {
      const mal = await registers(app, "Mal")
      await Promise.all([
        mal.call("POST", "/room/create_room"),
        desk.ok("POST", forbid, { oid: mal.uid, forbid: 2, forbid_time: 60 }),
        mal.call("POST", "/room/create_room"),
      ])
      const onAir = await app.running.app.db.read
        .select({ id: rooms.id })
        .from(rooms)
        .where(and(eq(rooms.ownerId, mal.uid), eq(rooms.state, "live")))
      expect(onAir).toEqual([])
    }
  })
})

test("a person is kept away from stages, and let back", async () => {
  await using app = await startApp(env)
  const [mal, desk] = [await registers(app, "Mal"), theDesk(app)]
  const conference = await aConference(app)
  await comesOnStage(conference, mal)
  await desk.ok("POST", "/admin/users/stage", { oid: mal.uid, allowed: 0 })
  await conference.atHost.hears({ mtype: 1016, from: mal.uid })
  await conference.host.fails(73, "POST", "/multiple/invite", { oid: mal.uid, rid: conference.rid })
  expect((await mal.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ CanLinkMic: "0" })
  await desk.ok("POST", "/admin/users/stage", { oid: mal.uid, allowed: 1 })
  await conference.host.ok("POST", "/multiple/invite", { oid: mal.uid, rid: conference.rid })
})
