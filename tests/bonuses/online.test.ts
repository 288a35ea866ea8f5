import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test"
import { auditLedger } from "../../src/ledger_audit/audit.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { clearOfMidnight, day, enters, minute, minutesLeft, onlineTime, scoreOf, takesReward } from "./stage.ts"

let app: TestApp
let bo: Phone

beforeAll(async () => {
  app = await startApp()
})

afterAll(async () => {
  expect(await auditLedger(app.running.app)).toMatchObject({ differences: 0 })
  await app[Symbol.asyncDispose]()
})

beforeEach(async () => {
  clearOfMidnight(app, 180 * minute)
  bo = await registers(app, "Bo")
})

const fails = (code: number, phone = bo) => phone.fails(code, "POST", "/daily/online_reward")

describe("the reward for being connected", () => {
  test("comes after 5, 10, 20, 30 and 60 minutes of a day", async () => {
    await enters(bo, 0)
    const before = Math.floor(app.running.app.now() / 1_000)
    const { reward_time, left, ...rest } = await onlineTime(bo)
    expect(rest).toEqual({ ErrCode: 0, times: 5, reward_num: 5, reward_times: 0 })
    expect(left).toBeWithin(290, 301)
    expect(Number(reward_time) - before).toBeWithin(290, 303)

    let passed = 0
    const worth: number[] = []
    for (const [n, minutes] of [5, 10, 20, 30, 60].entries()) {
      app.pass((minutes - passed) * minute - 30_000)
      await fails(82)
      expect(Number((await onlineTime(bo))["left"])).toBeWithin(20, 31)
      app.pass(30_000)
      passed = minutes
      expect(await onlineTime(bo)).toMatchObject({ left: 0, reward_times: n })
      const score = await scoreOf(bo)
      await takesReward(bo)
      worth.push((await scoreOf(bo)) - score)
    }
    expect(worth).toEqual([5, 10, 15, 20, 30])
    expect(await onlineTime(bo)).toEqual({
      ErrCode: 0,
      reward_time: 0,
      left: 0,
      times: 5,
      reward_num: 0,
      reward_times: 5,
    })
    await fails(83)
    app.pass(day)
    expect(await onlineTime(bo)).toMatchObject({ reward_num: 5, reward_times: 0 })
  })

  test("counts no time without a socket", async () => {
    app.pass(30 * minute)
    await fails(82)
    expect(await onlineTime(bo)).toMatchObject({ left: 300 })
    const socket = await enters(bo, 0)
    app.pass(3 * minute)
    await socket.leaves()
    app.pass(30 * minute)
    expect(await minutesLeft(bo)).toBe(2)
    const again = await enters(bo, 0)
    app.pass(2 * minute)
    await again.leaves()
    await takesReward(bo)
    await fails(82)
  })

  test("comes no sooner with two sockets, and goes on as long as there is one", async () => {
    const roomId = await (await registers(app, "Ana")).opensRoom()
    const [lobby, room] = [await enters(bo, 0), await enters(bo, roomId)]
    app.pass(2 * minute)
    expect(await minutesLeft(bo)).toBe(3)
    await lobby.leaves()
    app.pass(minute)
    expect(await minutesLeft(bo)).toBe(2)
    // Another socket in the place of the first.
    const another = await enters(bo, roomId)
    await room.closed
    app.pass(minute)
    expect(await minutesLeft(bo)).toBe(1)
    const elsewhere = await (await registers(app, "Cai")).opensRoom()
    const moved = await enters(bo, elsewhere)
    await another.closed
    app.pass(minute)
    await takesReward(bo)
    await moved.leaves()
    app.pass(20 * minute)
    await fails(82)
  })

  test("taken over fifty connections is paid once, and what more is due is not lost", async () => {
    await enters(bo, 0)
    app.pass(5 * minute)
    const taking = async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => bo.call("POST", "/daily/online_reward")))
      return answers.map(({ ErrCode }) => ErrCode)
    }
    const codes = await taking()
    expect(codes.filter((code) => code === 0)).toHaveLength(1)
    expect(codes.filter((code) => code === 82)).toHaveLength(49)
    expect(await scoreOf(bo)).toBe(5)
    app.pass(60 * minute)
    const later = await taking()
    expect(later.filter((code) => code === 0)).toHaveLength(4)
    expect(later.filter((code) => code === 83)).toHaveLength(46)
    expect(await scoreOf(bo)).toBe(80)
  })

  test("taken again under the same number is paid once", async () => {
    await enters(bo, 0)
    app.pass(20 * minute)
    for (let n = 0; n < 3; n++) await bo.ok("POST", "/daily/online_reward", { request_id: "one-tap" })
    await bo.fails(31, "POST", "/daily/online_reward", { request_id: "one-tap", turn: 2 })
    await bo.fails(10, "POST", "/daily/online_reward", { request_id: "two words" })
    expect(await onlineTime(bo)).toMatchObject({ reward_times: 1 })
    expect(await scoreOf(bo)).toBe(5)
  })

  test("begins anew at midnight, for whoever stays too", async () => {
    const { calendar, now } = app.running.app
    const midnight = calendar.startOf(calendar.dayOf(now()) + 1)
    app.pass(midnight - now() - 9 * minute)
    await enters(bo, 0)
    app.pass(6 * minute)
    await takesReward(bo)
    app.pass(4 * minute)
    // Connected for ten minutes, but for one of this day.
    expect(await minutesLeft(bo)).toBe(4)
    await fails(82)
    app.pass(3 * minute)
    await fails(82)
    app.pass(minute)
    await takesReward(bo)
    expect(await scoreOf(bo)).toBe(10)
  })

  test("is not had sooner by a clock that is turned", async () => {
    let ahead = 0
    await using turned = await startApp({}, { now: () => Date.now() + ahead })
    const cai = await registers(turned, "Cai")
    const { calendar } = turned.running.app
    const noon = calendar.startOf(calendar.dayOf(Date.now()) + 1) + day / 2
    const clock = (at: number) => {
      ahead = noon + at - Date.now()
    }
    clock(0)
    await enters(cai, 0)
    clock(4 * minute + 10_000)
    expect(await minutesLeft(cai)).toBe(1)
    clock(-60 * minute)
    expect(await minutesLeft(cai)).toBe(5)
    clock(5 * minute + 10_000)
    await takesReward(cai)
    clock(-day)
    await fails(82, cai)
    clock(6 * minute)
    await fails(82, cai)
    expect(await scoreOf(cai)).toBe(5)
  })
})
