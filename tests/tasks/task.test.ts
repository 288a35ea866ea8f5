import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test"
import { write } from "../../src/db/write.ts"
import { auditLedger } from "../../src/ledger_audit/audit.ts"
import { clearOfMidnight, minute, scoreOf } from "../bonuses/stage.ts"
import { endows } from "../gifts/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { claims, gives, givesFive, givesOne, givesTen, tasksOf, wins, winsOne, winsThree } from "./stage.ts"

let app: TestApp
let ana: Phone
let bo: Phone

beforeAll(async () => {
  app = await startApp()
})

afterAll(async () => {
  expect(await auditLedger(app.running.app)).toMatchObject({ differences: 0 })
  await app[Symbol.asyncDispose]()
})

beforeEach(async () => {
  clearOfMidnight(app, 10 * minute)
  ;[ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
})

const seconds = () => Math.floor(app.running.app.now() / 1_000)

describe("a day's tasks", () => {
  test("are open in the morning", async () => {
    const list = await bo.ok("GET", "/task/list_task")
    expect(list).toMatchObject({ current: 0, finish: 0, task_num: 6 })
    const { calendar, now } = app.running.app
    const begun = calendar.startOf(calendar.dayOf(now())) / 1_000
    const row = { Uid: bo.uid, Status: 1, BeginTime: begun, FinishTime: 0, TargetCurrent: 0 }
    expect(list["task"]).toEqual(
      [
        { TaskId: 100, TargetType: 0, TargetNum: 1 },
        { TaskId: 200, TargetType: 0, TargetNum: 3 },
        { TaskId: 300, TargetType: 0, TargetNum: 6 },
        { TaskId: 400, TargetType: 1, TargetNum: 1 },
        { TaskId: 500, TargetType: 1, TargetNum: 5 },
        { TaskId: 600, TargetType: 1, TargetNum: 10 },
      ].map((task) => ({ ...row, ...task, Id: task.TaskId })),
    )
    await bo.ok("POST", "/task/refresh_task")
    expect(await bo.ok("GET", "/task/list_task")).toEqual(list)
  })

  test("come on with every gift, are told to the giver's socket, and are rewarded when they are done", async () => {
    const [hers, his] = [await ana.enters(0), await bo.enters(0)]
    const before = seconds()
    await gives(bo, ana)
    const first = await his.hears({ mtype: 60 })
    expect(first).toMatchObject({ current: 0, finish: 1, task_num: 6 })
    const { task, ...tally } = await bo.ok("GET", "/task/list_task")
    expect(first).toEqual({ mtype: 60, current: tally["current"], finish: tally["finish"], task_num: 6, tasks: task })
    const done = await tasksOf(bo)
    expect(done[givesOne]).toMatchObject({ Status: 2, TargetCurrent: 1 })
    expect(done[givesOne]?.FinishTime).toBeWithin(before, seconds() + 1)
    expect(done[givesFive]).toMatchObject({ Status: 1, TargetCurrent: 1, FinishTime: 0 })
    await bo.fails(81, "POST", "/task/post_task", { task_id: givesFive })

    expect(await claims(bo, givesOne)).toEqual({ ErrCode: 0, all_finish: 0, current: 1 })
    expect(await scoreOf(bo)).toBe(10)
    await bo.fails(85, "POST", "/task/post_task", { task_id: givesOne })
    app.pass(minute)
    await gives(bo, ana, 4)
    expect(await his.hears({ mtype: 60 })).toMatchObject({ current: 1, finish: 2 })
    expect(await claims(bo, givesFive)).toMatchObject({ current: 2 })
    const now = await tasksOf(bo)
    expect(now[givesOne]).toEqual({ ...(done[givesOne] as object), Status: 3 } as never)
    expect(now[givesFive]?.FinishTime).toBeWithin(before + 60, seconds() + 1)
    expect(await scoreOf(bo)).toBe(30)

    // The receiver has done nothing.
    await hers.settles()
    expect(hers.frames.filter(({ mtype }) => mtype === 60)).toEqual([])
    expect(Object.values(await tasksOf(ana)).map(({ TargetCurrent }) => TargetCurrent)).toEqual([0, 0, 0, 0, 0, 0])
  })

  test("count no gift that was refused", async () => {
    await bo.fails(12, "POST", "/gift/send_gift", { giftid: 1, num: 1, revid: ana.uid })
    await bo.fails(57, "POST", "/gift/send_gift", { giftid: 1, num: 1, revid: bo.uid })
    expect((await tasksOf(bo))[givesOne]).toMatchObject({ Status: 1, TargetCurrent: 0 })
  })

  test("count a gift sent again under the same number once", async () => {
    await endows(bo, 100)
    const gift = { giftid: 1, num: 3, revid: ana.uid, request_id: "one-tap" }
    await Promise.all(Array.from({ length: 5 }, () => bo.ok("POST", "/gift/send_gift", gift)))
    expect((await tasksOf(bo))[givesFive]).toMatchObject({ Status: 1, TargetCurrent: 3 })
  })

  test("count each of many gifts at once", async () => {
    await Promise.all(Array.from({ length: 9 }, () => gives(bo, ana)))
    expect((await tasksOf(bo))[givesTen]).toMatchObject({ Status: 1, TargetCurrent: 9 })
    await gives(bo, ana)
    expect((await tasksOf(bo))[givesTen]).toMatchObject({ Status: 2, TargetCurrent: 10 })
  })

  test("count rounds apart from gifts", async () => {
    const his = await bo.enters(0)
    await wins(bo)
    expect(await his.hears({ mtype: 60 })).toMatchObject({ finish: 1 })
    await gives(bo, ana, 2)
    expect(await his.hears({ mtype: 60 })).toMatchObject({ finish: 2 })
    await wins(bo, 2)
    const list = await tasksOf(bo)
    expect(list[winsThree]).toMatchObject({ Status: 2, TargetCurrent: 3 })
    expect(list[givesFive]).toMatchObject({ Status: 1, TargetCurrent: 2 })
    expect(list[winsOne]).toMatchObject({ Status: 2, TargetCurrent: 1 })
  })

  test("are all finished when they all are done, and claimed one by one", async () => {
    await gives(bo, ana, 10)
    await wins(bo, 5)
    expect(await claims(bo, 100)).toEqual({ ErrCode: 0, all_finish: 0, current: 1 })
    await wins(bo)
    const rest = [200, 300, 400, 500, 600]
    for (const [n, number] of rest.entries()) {
      expect(await claims(bo, number)).toEqual({ ErrCode: 0, all_finish: 1, current: n + 2 })
    }
    expect(await bo.ok("GET", "/task/list_task")).toMatchObject({ current: 6, finish: 6, task_num: 6 })
    expect(await scoreOf(bo)).toBe(120)
  })

  test("tell a socket of the last count, whatever comes at once", async () => {
    const his = await bo.enters(0)
    await Promise.all(Array.from({ length: 10 }, () => gives(bo, ana)))
    const counted = (frame: Record<string, unknown>) =>
      (frame["tasks"] as { TaskId: number; TargetCurrent: number }[]).find(({ TaskId }) => TaskId === givesTen)
        ?.TargetCurrent
    await his.hears((frame) => frame.mtype === 60 && counted(frame) === 10)
    await his.settles()
    const counts = his.frames.filter(({ mtype }) => mtype === 60).map(counted)
    expect(counts).toEqual(counts.toSorted((one, other) => Number(one) - Number(other)))
  })
})

describe("what many deeds come to", () => {
  test("is told with the first and once more, not with each", async () => {
    const his = await bo.enters(0)
    const { app: inner } = app.running
    await write(inner, async (tx, after) => {
      for (let n = 0; n < 10; n++)
        await inner.taskProgress.count(tx, after, { userId: bo.uid, target: "gift", times: 1 })
    })
    await his.hears({ mtype: 60 })
    expect(await his.hears({ mtype: 60 })).toMatchObject({ finish: 3 })
    await his.settles()
    expect(his.frames.filter(({ mtype }) => mtype === 60)).toHaveLength(2)
  })
})

describe("a reward", () => {
  test("of a task that nobody knows is refused", async () => {
    await bo.fails(80, "POST", "/task/post_task", { task_id: 999 })
    await bo.fails(10, "POST", "/task/post_task", { task_id: "all" })
    await bo.fails(10, "POST", "/task/post_task")
    expect(await scoreOf(bo)).toBe(0)
  })

  test("claimed over fifty connections is paid once", async () => {
    await gives(bo, ana)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => bo.call("POST", "/task/post_task", { task_id: givesOne })),
    )
    const codes = answers.map(({ ErrCode }) => ErrCode)
    expect(codes.filter((code) => code === 0)).toHaveLength(1)
    expect(codes.filter((code) => code === 85)).toHaveLength(49)
    expect(await scoreOf(bo)).toBe(10)
  })

  test("claimed again under the same number gets the same answer, and is paid once", async () => {
    await gives(bo, ana, 5)
    const order = { task_id: givesOne, request_id: "one-tap" }
    const answers = await Promise.all(Array.from({ length: 20 }, () => bo.ok("POST", "/task/post_task", order)))
    for (const answer of answers) expect(answer).toEqual({ ErrCode: 0, all_finish: 0, current: 1 })
    await bo.fails(31, "POST", "/task/post_task", { ...order, task_id: givesFive })
    expect(await claims(bo, givesFive)).toMatchObject({ current: 2 })
    expect(await bo.ok("POST", "/task/post_task", order)).toMatchObject({ current: 1 })
    expect(await scoreOf(bo)).toBe(30)
  })
})
