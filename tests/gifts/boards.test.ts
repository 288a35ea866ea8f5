import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { amends, endows, rose } from "./stage.ts"

let app: TestApp

beforeAll(async () => {
  app = await startApp()
})

afterAll(() => app[Symbol.asyncDispose]())

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

  test("of all givers are walked without a repetition or a gap, also where many gave the same", async () => {
    await using quiet = await startApp()
    const ana = await registers(quiet, "Ana")
    const givers = await Promise.all(Array.from({ length: 45 }, (_, n) => registers(quiet, `Giver ${n}`)))
    for (const [n, giver] of givers.entries()) {
      await endows(giver, 15)
      await giver.ok("POST", "/gift/send_gift", { giftid: rose, num: n % 15 === 0 ? 3 : 1, revid: ana.uid })
    }
    const expected = givers
      .map(({ uid }, n) => ({ send_user: String(uid), count: n % 15 === 0 ? "15" : "5" }))
      .sort((one, other) => Number(other.count) - Number(one.count) || Number(other.send_user) - Number(one.send_user))
    const pageOf = async (page: Record<string, string | number>) =>
      (await ana.ok("GET", "/all_rank", page))["rank"] as { id: string; send_user: string; count: string }[]

    const byNumber = [await pageOf({}), await pageOf({ index: 1 }), await pageOf({ index: 2 })]
    expect(byNumber.map(({ length }) => length)).toEqual([20, 20, 5])
    expect(byNumber.flat()).toMatchObject(expected)
    const second = await pageOf({ before: byNumber[0]?.at(-1)?.id ?? "" })
    const third = await pageOf({ before: second.at(-1)?.id ?? "" })
    expect([second, third]).toEqual(byNumber.slice(1))
    expect(await pageOf({ before: third.at(-1)?.id ?? "" })).toEqual([])
    expect(await pageOf({ index: 3 })).toEqual([])
  })

  test("of another person are shown only when there is one, who is not banned", async () => {
    const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
    await endows(bo, 5)
    await bo.ok("POST", "/gift/send_gift", { giftid: rose, num: 1, revid: ana.uid })
    for (const [path, person] of [
      ["/gift/gain_rank", ana],
      ["/gift/send_rank", bo],
    ] as const) {
      const reader = person === ana ? bo : ana
      await reader.fails(8, "GET", path, { oid: 999_999_999 })
      expect((await reader.ok("GET", path, { oid: person.uid }))["rank"]).toMatchObject([{ count: "5" }])
      await amends(person, { bannedUntil: app.running.app.now() + 60_000 })
      await reader.fails(53, "GET", path, { oid: person.uid })
      for (const own of [{}, { oid: person.uid }]) {
        expect((await person.ok("GET", path, own))["rank"]).toMatchObject([{ count: "5" }])
      }
      await amends(person, { bannedUntil: 0 })
      expect((await reader.ok("GET", path, { oid: person.uid }))["rank"]).toMatchObject([{ count: "5" }])
    }
  })
})
