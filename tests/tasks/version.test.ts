import { expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { auditLedger } from "../../src/ledger_audit/audit.ts"
import { taskProgress } from "../../src/tasks/tables.ts"
import { clearOfMidnight, day, minute, scoreOf } from "../bonuses/stage.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { claims, gives, givesFive, givesOne, publishes, type Row, tasksOf, wins } from "./stage.ts"

test("a new version retires what is not in it, and goes on counting from what was done that day", async () => {
  await using app = await startApp()
  clearOfMidnight(app, 10 * minute)
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await gives(bo, ana, 7)
  await claims(bo, givesOne)
  await publishes(app, "android", "2.1", [
    { number: givesOne, target: "gift", param: 2, amount: 100 },
    { number: 700, target: "gift", param: 3, amount: 1, currency: 1 },
    { number: 710, target: "gift", param: 3, amount: 2, currency: 2 },
    { number: 800, target: "gift", param: 20, amount: 50 },
  ])
  // Only Android's: who does not say what the phone is may still have an iPhone.
  await claims(bo, givesFive)
  await publishes(app, "ios", "2.1", [])
  await bo.fails(84, "POST", "/task/post_task", { task_id: 600 })
  await bo.fails(80, "POST", "/task/post_task", { task_id: 601 })

  const list = await tasksOf(bo)
  expect(list[givesOne]).toMatchObject({ Status: 3, TargetNum: 2 })
  await bo.fails(85, "POST", "/task/post_task", { task_id: givesOne })
  expect(list[700]).toMatchObject({ Status: 2, TargetCurrent: 3 })
  expect(list[800]).toMatchObject({ Status: 1, TargetCurrent: 7 })
  expect(await bo.ok("GET", "/task/list_task")).toMatchObject({ current: 1, finish: 3, task_num: 4 })

  await claims(bo, 700)
  await claims(bo, 710)
  await bo.fails(81, "POST", "/task/post_task", { task_id: 800 })
  await gives(bo, ana, 13)
  expect(await claims(bo, 800)).toEqual({ ErrCode: 0, all_finish: 1, current: 4 })
  expect(await scoreOf(bo)).toBe(80)
  // Given ones: they buy gifts, and the rice cannot leave.
  expect((await bo.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ Diamond: 1, Coupons: 2 })
  expect(await auditLedger(app.running.app)).toMatchObject({ differences: 0 })
})

test("whoever has phones of both kinds is rewarded once for a task", async () => {
  await using app = await startApp()
  clearOfMidnight(app, 10 * minute)
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await publishes(app, "ios", "3.0", [
    { number: givesOne, target: "gift", param: 1, amount: 15 },
    { number: 900, target: "win", param: 9, amount: 70 },
  ])
  await gives(bo, ana)
  const claimsAs = (platform: string, task_id = givesOne as number) =>
    bo.call("POST", "/task/post_task", { task_id, platform })
  expect(await claimsAs("ios")).toEqual({ ErrCode: 0, all_finish: 0, current: 1 })
  expect(await claimsAs("android")).toMatchObject({ ErrCode: 85 })
  expect(await scoreOf(bo)).toBe(15)

  const { task } = await bo.ok("GET", "/task/list_task", { platform: "ios" })
  expect((task as Row[]).map(({ TaskId, Status }) => [TaskId, Status])).toEqual([
    [givesOne, 3],
    [900, 1],
  ])
  await wins(bo, 9)
  expect(await claimsAs("ios", 900)).toEqual({ ErrCode: 0, all_finish: 1, current: 2 })
})

test("whoever has done everything costs no statement, until there is more to do", async () => {
  await using app = await startApp()
  clearOfMidnight(app, 10 * minute)
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const { taskProgress } = app.running.app
  const untouched = new Proxy({} as never, {
    get(_, what) {
      throw new Error(`${String(what)} was asked of the database`)
    },
  })
  const givesMore = () => taskProgress.count(untouched, () => {}, { userId: bo.uid, target: "gift", times: 1 })
  await gives(bo, ana, 10)
  await expect(givesMore()).rejects.toThrow("was asked of the database")
  // That there is nothing left to do is found out with the next gift.
  await gives(bo, ana)
  await givesMore()
  expect((await tasksOf(bo))[600]).toMatchObject({ Status: 2, TargetCurrent: 10 })

  await publishes(app, "ios", "9.0", [{ number: 1, target: "gift", param: 12, amount: 1 }])
  await expect(givesMore()).rejects.toThrow("was asked of the database")
  await gives(bo, ana)
  await bo.fails(81, "POST", "/task/post_task", { task_id: 1 })
  await gives(bo, ana)
  await claims(bo, 1)

  // Midnight comes before the minute is over for which it would be remembered.
  const { calendar, now } = app.running.app
  app.pass(calendar.startOf(calendar.dayOf(now()) + 1) - now() - minute / 2)
  await gives(bo, ana)
  await givesMore()
  app.pass(minute / 2)
  await expect(givesMore()).rejects.toThrow("was asked of the database")
  await gives(bo, ana)
  expect((await tasksOf(bo))[600]).toMatchObject({ Status: 1, TargetCurrent: 1 })
})

test("what was done on days that are over is forgotten, and what was done today is not", async () => {
  await using app = await startApp()
  clearOfMidnight(app, 10 * minute)
  const [ana, bo, cai] = [await registers(app, "Ana"), await registers(app, "Bo"), await registers(app, "Cai")]
  const rows = async () => {
    await app.running.jobs.runNow("tasks.forget_progress")
    const found = await app.running.app.db.read.select().from(taskProgress)
    return found.map(({ userId }) => userId)
  }
  await gives(bo, ana, 5)
  const reached = async () => {
    const found = await app.running.app.db.read.select().from(taskProgress).where(eq(taskProgress.userId, bo.uid))
    return found.map((row) => Object.keys(row.reached))
  }
  expect(await reached()).toEqual([["1", "5"]])
  expect(await rows()).toEqual([bo.uid])
  app.pass(day)
  await gives(cai, ana)
  expect(await rows()).toEqual([bo.uid, cai.uid])
  app.pass(day)
  expect(await rows()).toEqual([cai.uid])
  await gives(bo, ana, 5)
  expect((await tasksOf(bo))[givesOne]).toMatchObject({ Status: 2, TargetCurrent: 1 })
  app.pass(day)
  await gives(bo, ana)
  expect(await reached()).toEqual([["1"]])
})

test("a clock that is set back makes nobody's deeds go uncounted", async () => {
  let now = 0
  await using app = await startApp({}, { now: () => now || Date.now() })
  const { calendar } = app.running.app
  now = calendar.startOf(calendar.dayOf(Date.now()) + 1) + day / 2
  app.pass = (milliseconds) => {
    now += milliseconds
  }
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await gives(bo, ana, 10)
  await gives(bo, ana)
  now -= 120 * minute
  await publishes(app, "android", "2.1", [{ number: 800, target: "gift", param: 11, amount: 50 }])
  await gives(bo, ana)
  await claims(bo, 800)
  expect(await scoreOf(bo)).toBe(50)
})
