import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { turnSwitch } from "../../src/switches/switch.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { amends, endows, rose } from "./stage.ts"

let app: TestApp

beforeAll(async () => {
  app = await startApp()
})

afterAll(() => app[Symbol.asyncDispose]())

async function ring(): Promise<Phone[]> {
  return Promise.all(["Ana", "Bo", "Cai"].map((name) => registers(app, name)))
}

describe("a gift", () => {
  test("moves diamonds to rice, is heard by the room with its combo, and makes both more experienced", async () => {
    const [ana, bo] = (await ring()) as [Phone, Phone]
    await endows(bo, 1_000)
    const roomId = await ana.opensRoom()
    const [hers, his] = [await ana.enters(roomId), await bo.enters(roomId)]

    await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 3, revid: ana.uid })
    const frame = await hers.hears({ mtype: 2 })
    expect(frame).toMatchObject({ uid: bo.uid, gift_id: rose, gift_name: "玫瑰", num: 3, combo: 3 })
    expect(frame).toMatchObject({ rice: 15, room_rice: 15 })
    expect(frame).toMatchObject({ rev_uid: ana.uid, nick_name: expect.any(String), user_level: 0 })
    expect(frame["seq"]).toBeNumber()

    await bo.ok("POST", "/gift/tip_gift", { gift_id: rose, num: 20, revid: ana.uid })
    expect(await his.hears({ mtype: 2, combo: 23 })).toMatchObject({ num: 20, rice: 115, user_level: 1 })
    app.pass(11_000)
    await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 1, revid: ana.uid })
    expect(await his.hears({ mtype: 2, rice: 120 })).toMatchObject({ combo: 1 })

    expect((await bo.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({
      Diamond: 880,
      UserExp: 120,
      UserLevel: 1,
    })
    expect((await ana.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ Coupons: 120, AnchorExp: 120 })
    expect(await bo.ok("GET", "/action/get/diamond_score")).toMatchObject({ diamond: 880, score: 0 })
    expect(await ana.ok("POST", "/room/close_room", { roomid: roomId })).toMatchObject({ rice: "120" })
  })

  test("tells what its host has earned ever, and what in this room", async () => {
    const [ana, bo] = (await ring()) as [Phone, Phone]
    await endows(bo, 1_000)
    const gives = (num: number) => bo.ok("POST", "/gift/send_gift", { giftid: rose, num, revid: ana.uid })
    await gives(1)
    for (const before of [5, 35]) {
      const roomId = await ana.opensRoom()
      const hers = await ana.enters(roomId)
      await gives(2)
      expect(await hers.hears({ mtype: 2 })).toMatchObject({ rice: before + 10, room_rice: 10 })
      await gives(4)
      expect(await hers.hears({ mtype: 2 })).toMatchObject({ rice: before + 30, room_rice: 30 })
      expect(await ana.ok("POST", "/room/close_room", { roomid: roomId })).toMatchObject({ rice: "30" })
    }
  })

  test("to somebody who is not live is told to that person alone, in words", async () => {
    const [ana, bo, cai] = (await ring()) as [Phone, Phone, Phone]
    await endows(bo, 100)
    const lobby = await ana.enters(0)
    const told = { mtype: 6, notice: `大米${bo.uid} gave you 3 x 玫瑰.` }
    await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 3, revid: ana.uid })
    expect(await lobby.hears({ mtype: 6 })).toEqual(told)

    const roomId = await cai.opensRoom()
    const [atCai, atAna] = [await cai.enters(roomId), await ana.enters(roomId)]
    await bo.ok("POST", "/gift/tip_gift", { gift_id: rose, num: 3, revid: ana.uid })
    expect(await atAna.hears({ mtype: 6 })).toEqual(told)
    await Promise.all([atAna.settles(), atCai.settles()])
    for (const { frames } of [lobby, atAna, atCai]) expect(frames.filter(({ mtype }) => mtype === 2)).toEqual([])
    expect(atCai.frames.filter(({ mtype }) => mtype === 6)).toEqual([])
  })

  test("is refused for a reason, and then nothing has moved", async () => {
    const [ana, bo, cai] = (await ring()) as [Phone, Phone, Phone]
    await endows(bo, 100)
    const send = (code: number, order: Record<string, string | number>) =>
      bo.fails(code, "POST", "/gift/send_gift", { giftid: rose, num: 1, revid: ana.uid, ...order })
    await send(11, { giftid: 999 })
    await send(57, { revid: bo.uid })
    await send(8, { revid: 999_999_999 })
    await send(12, { num: 21 })
    for (const num of [0, 10_000, "many"]) await send(10, { num })
    await amends(cai, { bannedUntil: app.running.app.now() + 60_000 })
    await send(53, { revid: cai.uid })
    await amends(cai, { bannedUntil: 0, isTest: true })
    await send(52, { revid: cai.uid })
    expect(await bo.ok("GET", "/action/get/diamond_score")).toMatchObject({ diamond: 100 })
    expect((await bo.ok("GET", "/gift/send_rank"))["rank"]).toEqual([])

    await turnSwitch(app.running.app, "cli", "test_account_check", false)
    await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 1, revid: cai.uid })
    await turnSwitch(app.running.app, "cli", "test_account_check", true)
  })

  test("asked for again under the same number is given once, and another one under it is refused", async () => {
    const [ana, bo] = (await ring()) as [Phone, Phone]
    await endows(bo, 100)
    const order = { giftid: rose, num: 2, revid: ana.uid, request_id: "one-tap" }
    await Promise.all(Array.from({ length: 5 }, () => bo.ok("POST", "/gift/send_gift", order)))
    await bo.fails(31, "POST", "/gift/send_gift", { ...order, num: 3 })
    expect(await bo.ok("GET", "/action/get/diamond_score")).toMatchObject({ diamond: 90 })
  })

  test("by the call's other name is given once as well, and one number is not good for both", async () => {
    const [ana, bo] = (await ring()) as [Phone, Phone]
    await endows(bo, 100)
    const tip = { gift_id: rose, num: 2, revid: ana.uid, request_id: "one-tip" }
    for (let time = 0; time < 3; time++) await bo.ok("POST", "/gift/tip_gift", tip)
    await bo.fails(31, "POST", "/gift/tip_gift", { ...tip, num: 1 })
    await bo.fails(31, "POST", "/gift/send_gift", { giftid: rose, num: 2, revid: ana.uid, request_id: "one-tip" })
    expect(await bo.ok("GET", "/action/get/diamond_score")).toMatchObject({ diamond: 90 })
    expect((await ana.ok("GET", "/gift/gain_rank"))["rank"]).toMatchObject([{ count: "10" }])
  })

  test("may have its number in a header, where it means the same", async () => {
    const [ana, bo] = (await ring()) as [Phone, Phone]
    await endows(bo, 100)
    const sends = async (num: number) => {
      const response = await fetch(`${app.url}/gift/send_gift`, {
        method: "POST",
        headers: { Authorization: `Bearer ${bo.token}`, "Idempotency-Key": "one-tap" },
        body: new URLSearchParams({ giftid: String(rose), num: String(num), revid: String(ana.uid) }),
      })
      return ((await response.json()) as { ErrCode: number }).ErrCode
    }
    expect([await sends(2), await sends(2), await sends(3)]).toEqual([0, 0, 31])
    await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 2, revid: ana.uid, request_id: "one-tap" })
    expect(await bo.ok("GET", "/action/get/diamond_score")).toMatchObject({ diamond: 90 })
  })

  test("of a hundred at once, a purse that can pay for ten pays for ten", async () => {
    const [ana, bo] = (await ring()) as [Phone, Phone]
    await endows(bo, 50)
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => bo.call("POST", "/gift/send_gift", { giftid: rose, num: 1, revid: ana.uid })),
    )
    const codes = answers.map(({ ErrCode }) => ErrCode)
    expect(codes.filter((code) => code === 0)).toHaveLength(10)
    expect(codes.filter((code) => code === 12)).toHaveLength(90)
    expect(await bo.ok("GET", "/action/get/diamond_score")).toMatchObject({ diamond: 0 })
    expect((await ana.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ Coupons: 50 })
  })

  test("between two people who give each other at once, none is lost", async () => {
    const [ana, bo] = (await ring()) as [Phone, Phone]
    await Promise.all([endows(ana, 500), endows(bo, 500)])
    await Promise.all(
      Array.from({ length: 40 }, (_, n) => {
        const [giver, receiver] = n % 2 ? [ana, bo] : [bo, ana]
        return giver.ok("POST", "/gift/send_gift", { giftid: rose, num: 1, revid: receiver.uid })
      }),
    )
    for (const phone of [ana, bo]) {
      expect((await phone.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ Diamond: 400, Coupons: 100 })
    }
  })
})
