import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test"
import { takeSignInBonus } from "../../src/bonuses/sign_in.ts"
import { signInDays, signIns } from "../../src/bonuses/tables.ts"
import { write } from "../../src/db/write.ts"
import { auditLedger } from "../../src/ledger_audit/audit.ts"
import { transfers } from "../../src/wallet/tables.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { clearOfMidnight, day, minute, scoreOf } from "./stage.ts"

let app: TestApp
let bo: Phone

beforeAll(async () => {
  app = await startApp()
})

afterAll(() => app[Symbol.asyncDispose]())

beforeEach(async () => {
  clearOfMidnight(app, 10 * minute)
  bo = await registers(app, "Bo")
})

const list = (phone = bo) => phone.ok("GET", "/action/login/bonus/list")
const takes = (phone = bo) => phone.ok("POST", "/action/login/bonus/get")
/** `has_get` of the seven days in a row. */
const got = (answer: Record<string, unknown>) =>
  (answer["list"] as { has_get: string }[]).map(({ has_get }) => has_get).join("")

describe("the sign-in bonus", () => {
  test("is shown for seven days, none of them taken", async () => {
    expect(await list()).toEqual({
      ErrCode: 0,
      list: [
        { bonus_money: "20", days: "1", has_get: "0", name: "第一天" },
        { bonus_money: "30", days: "2", has_get: "0", name: "第二天" },
        { bonus_money: "35", days: "3", has_get: "0", name: "第三天" },
        { bonus_money: "40", days: "4", has_get: "0", name: "第四天" },
        { bonus_money: "45", days: "5", has_get: "0", name: "第五天" },
        { bonus_money: "50", days: "6", has_get: "0", name: "第六天" },
        { bonus_money: "60", days: "7", has_get: "0", name: "第七天" },
      ],
      today_get: 0,
    })
  })

  test("is taken once a day; the outcome stands in the status", async () => {
    const first = await takes()
    expect(first).toMatchObject({ ErrCode: 0, status: 0, today_get: 1 })
    expect(got(first)).toBe("1000000")
    expect(await bo.ok("GET", "/action/login/bonus/get")).toEqual({ ...first, status: 85 })
    expect(await bo.ok("POST", "/action/login/bonus/list")).toMatchObject({ list: first["list"], today_get: 1 })
    expect(await scoreOf(bo)).toBe(20)
  })

  test("grows for seven days, and then begins again", async () => {
    const worth: number[] = []
    let before = 0
    for (let n = 1; n <= 9; n++) {
      const { status, ...run } = await takes()
      expect({ n, status, got: got(run) }).toEqual({ n, status: 0, got: "1".repeat(((n - 1) % 7) + 1).padEnd(7, "0") })
      const score = await scoreOf(bo)
      worth.push(score - before)
      before = score
      app.pass(day)
      // The full run is over with the day that followed it.
      expect(got(await list())).toBe("1".repeat(n % 7).padEnd(7, "0"))
    }
    expect(worth).toEqual([20, 30, 35, 40, 45, 50, 60, 20, 30])
  })

  test("starts over when a day was missed", async () => {
    for (let n = 0; n < 3; n++) {
      await takes()
      app.pass(day)
    }
    expect(got(await list())).toBe("1110000")
    app.pass(day)
    expect(await list()).toMatchObject({ today_get: 0 })
    expect(got(await list())).toBe("0000000")
    expect(got(await takes())).toBe("1000000")
    expect(await scoreOf(bo)).toBe(20 + 30 + 35 + 20)
  })

  test("taken over fifty connections is paid once", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => takes()))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 0)).toHaveLength(1)
    expect(statuses.filter((status) => status === 85)).toHaveLength(49)
    expect(await scoreOf(bo)).toBe(20)
  })

  test("asked for again under the same number is answered the same, and paid once", async () => {
    const order = { request_id: "one-tap" }
    for (let time = 0; time < 3; time++) {
      expect(await bo.ok("POST", "/action/login/bonus/get", order)).toMatchObject({ status: 0, today_get: 1 })
    }
    expect(await scoreOf(bo)).toBe(20)
    await bo.fails(31, "POST", "/daily/online_reward", order)
    await bo.ok("POST", "/action/login/bonus/get", { request_id: "another" })
    await bo.fails(31, "POST", "/action/login/bonus/get", { ...order, channel: "lobby" })
    await bo.fails(10, "POST", "/action/login/bonus/get", { request_id: "two words" })
    expect(await scoreOf(bo)).toBe(20)
  })

  test("is of one day, though midnight strikes while it is taken", async () => {
    await using late = await startApp()
    const cai = await registers(late, "Cai")
    const { app: inner } = late.running
    const midnight = inner.calendar.startOf(inner.calendar.dayOf(inner.now()) + 1)
    let looks = 0
    const strikes = { ...inner, now: () => (looks++ === 0 ? midnight - 1 : midnight) }
    await takeSignInBonus(strikes, cai.uid, undefined)
    const [taken] = await inner.db.read.select().from(signIns)
    expect(taken).toMatchObject({ day: inner.calendar.dayOf(midnight - 1), turn: 1, createdAt: midnight - 1 })
  })

  test("that fails by a fault of ours says so in the status too, and is there the next time", async () => {
    // Whatever id the bonus gets, its transfer is there already.
    const at = { at: 1, cause: "sign_in", currency: 3, amount: 1, fromAccount: "issued", toAccount: "issued" }
    const keys = Array.from({ length: 500 }, (_, n) => ({ ...at, causeId: n + 1, key: `sign_in ${n + 1} score` }))
    await using forged = await startApp()
    const cai = await registers(forged, "Cai")
    await write(forged.running.app, (tx) => tx.insert(transfers).values(keys).returning({ id: transfers.id }))
    expect(await takes(cai)).toMatchObject({ ErrCode: 0, status: 1, today_get: 0 })
    expect(forged.logged.filter((line) => line.includes("sign-in bonus"))).toHaveLength(1)
    expect(await scoreOf(cai)).toBe(0)
  })

  test("is none where none is configured", async () => {
    await using bare = await startApp()
    const cai = await registers(bare, "Cai")
    await write(bare.running.app, (tx) => tx.delete(signInDays).returning({ id: signInDays.id }))
    expect(await takes(cai)).toEqual({ ErrCode: 0, status: 86, list: [], today_get: 0 })
    expect(await list(cai)).toEqual({ ErrCode: 0, list: [], today_get: 0 })
  })

  test("is not given again by a clock that was set back", async () => {
    let ahead = 0
    await using turned = await startApp({}, { now: () => Date.now() + ahead })
    const cai = await registers(turned, "Cai")
    ahead = 2 * day
    expect(await takes(cai)).toMatchObject({ status: 0 })
    ahead = day
    expect(await takes(cai)).toMatchObject({ status: 85 })
    ahead = 3 * day
    expect(got(await takes(cai))).toBe("1100000")
    expect(await scoreOf(cai)).toBe(50)
  })
})

describe("the daily mark", () => {
  test("is made once a day, and is worth nothing", async () => {
    await bo.ok("POST", "/action/daily_record")
    await bo.fails(85, "POST", "/action/daily_record")
    await bo.fails(85, "GET", "/action/daily_record")
    app.pass(day)
    await bo.ok("GET", "/action/daily_record")
    expect(await scoreOf(bo)).toBe(0)
  })

  test("is made once over fifty connections", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => bo.call("POST", "/action/daily_record")))
    expect(answers.filter(({ ErrCode }) => ErrCode === 0)).toHaveLength(1)
    expect(answers.filter(({ ErrCode }) => ErrCode === 85)).toHaveLength(49)
  })
})

test("the ledger adds up", async () => {
  expect(await auditLedger(app.running.app)).toMatchObject({ differences: 0 })
})
