import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { creditUser, turnSwitch } from "../../src/admin/operate.ts"
import { write } from "../../src/db/write.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"

let app: TestApp

beforeAll(async () => {
  app = await startApp()
})

afterAll(() => app[Symbol.asyncDispose]())

/** Gives a person diamonds of the house's. */
async function endows(phone: Phone, amount: number): Promise<void> {
  await creditUser(app.running.app, {
    userId: phone.uid,
    currency: "diamond",
    amount,
    actor: "cli",
    why: "a story",
  })
}

async function ring(): Promise<Phone[]> {
  return Promise.all(["Ana", "Bo", "Cai"].map((name) => registers(app, name)))
}

const amend = (phone: Phone, change: Partial<typeof users.$inferInsert>) =>
  write(app.running.app, (tx) => tx.update(users).set(change).where(eq(users.id, phone.uid)).returning())

/** Of the seeded table: 玫瑰, 5 diamonds. */
const rose = 2

describe("a gift", () => {
  test("moves diamonds to rice, is heard by the room with its combo, and makes both more experienced", async () => {
    const [ana, bo] = (await ring()) as [Phone, Phone]
    await endows(bo, 1_000)
    const roomId = await ana.opensRoom()
    const [hers, his] = [await ana.enters(roomId), await bo.enters(roomId)]

    await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 3, revid: ana.uid })
    const frame = await hers.hears({ mtype: 2 })
    expect(frame).toMatchObject({ uid: bo.uid, gift_id: rose, gift_name: "玫瑰", num: 3, combo: 3, rice: 15 })
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

  test("to somebody who is not live reaches that person", async () => {
    const [ana, bo] = (await ring()) as [Phone, Phone]
    await endows(bo, 10)
    const lobby = await ana.enters(0)
    await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 1, revid: ana.uid })
    expect(await lobby.hears({ mtype: 2 })).toMatchObject({ uid: bo.uid, rice: 5 })
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
    await amend(cai, { bannedUntil: app.running.app.now() + 60_000 })
    await send(53, { revid: cai.uid })
    await amend(cai, { bannedUntil: 0, isTest: true })
    await send(52, { revid: cai.uid })
    expect(await bo.ok("GET", "/action/get/diamond_score")).toMatchObject({ diamond: 100 })
    expect((await bo.ok("GET", "/gift/send_rank"))["rank"]).toEqual([])

    await turnSwitch(app.running.app, "cli", "test_accounts", false)
    await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 1, revid: cai.uid })
    await turnSwitch(app.running.app, "cli", "test_accounts", true)
  })

  test("asked for again under the same number is given once, and another one under it is refused", async () => {
    const [ana, bo] = (await ring()) as [Phone, Phone]
    await endows(bo, 100)
    const order = { giftid: rose, num: 2, revid: ana.uid, request_id: "one-tap" }
    await Promise.all(Array.from({ length: 5 }, () => bo.ok("POST", "/gift/send_gift", order)))
    await bo.fails(31, "POST", "/gift/send_gift", { ...order, num: 3 })
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

describe("the boards", () => {
  test("tell who gave to whom, the most first, page after page", async () => {
    const ana = await registers(app, "Ana")
    const givers = await Promise.all(Array.from({ length: 23 }, (_, n) => registers(app, `Giver ${n}`)))
    for (const [n, giver] of givers.entries()) {
      await endows(giver, 5_000)
      await giver.ok("POST", "/gift/send_gift", { giftid: 1, num: 100 + n, revid: ana.uid })
    }
    const { rank } = (await ana.ok("GET", "/gift/gain_rank")) as unknown as { rank: Record<string, string>[] }
    expect(rank.map(({ count }) => count)).toEqual(Array.from({ length: 20 }, (_, n) => String(122 - n)))
    expect(rank[0]).toMatchObject({ send_user: String(givers[22]?.uid), level: "1", user_level: 1, anchor_level: 0 })
    const rest = await ana.ok("GET", "/gift/gain_rank", { before: rank[19]?.["id"] })
    expect(rest["rank"]).toMatchObject([{ count: "102" }, { count: "101" }, { count: "100" }])
    expect((await ana.ok("GET", "/gift/gain_rank", { index: 1 }))["rank"]).toEqual(rest["rank"])
    expect((await ana.ok("GET", "/gift/gain_rank", { index: 2 }))["rank"]).toEqual([])
    expect((await ana.ok("GET", "/gift/gain_rank", { index: 1_000_000 }))["rank"]).toEqual([])

    const last = givers[22] as Phone
    await last.ok("POST", "/gift/send_gift", { giftid: 1, num: 7, revid: givers[0]?.uid })
    expect((await ana.ok("GET", "/gift/send_rank", { oid: last.uid }))["rank"]).toMatchObject([
      { rev_user: String(ana.uid), count: "122" },
      { rev_user: String(givers[0]?.uid), count: "7" },
    ])
    const everybody = (await ana.ok("GET", "/all_rank"))["rank"] as { count: string; send_user: string }[]
    const counts = everybody.map(({ count }) => Number(count))
    expect(counts).toEqual(counts.toSorted((one, other) => other - one))
    expect(everybody).toContainEqual(expect.objectContaining({ send_user: String(last.uid), count: "129" }))
  })
})

describe("score", () => {
  test("is bought by the row, for diamonds, once a number", async () => {
    const [bo] = (await ring()) as [Phone]
    await endows(bo, 115)
    expect((await bo.ok("GET", "/score_config"))["config"]).toContainEqual({ Diamond: 100, Score: 100 })
    const answer = await bo.ok("POST", "/pay/score_exchange", { diamond: 100, request_id: "s" })
    expect(answer).toMatchObject({ diamond: 15, score: 100 })
    expect(await bo.ok("POST", "/pay/score_exchange", { diamond: 100, request_id: "s" })).toEqual(answer)
    await bo.fails(31, "POST", "/pay/score_exchange", { diamond: 10, request_id: "s" })
    await bo.fails(27, "POST", "/pay/score_exchange", { diamond: 11 })
    await bo.fails(12, "POST", "/pay/score_exchange", { diamond: 1000 })
    await creditUser(app.running.app, {
      userId: bo.uid,
      currency: "score",
      amount: 999_999_899,
      actor: "cli",
      why: "to the brim",
    })
    await bo.fails(58, "POST", "/pay/score_exchange", { diamond: 10 })
    expect(await bo.ok("GET", "/action/get/diamond_score")).toEqual({ ErrCode: 0, diamond: 15, score: 999_999_999 })
  })
})
