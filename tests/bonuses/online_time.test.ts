import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { createAttendance } from "../../src/bonuses/attendance.ts"
import { onlinePulse, onlineTimes } from "../../src/bonuses/tables.ts"
import { write } from "../../src/db/write.ts"
import { auditLedger } from "../../src/ledger_audit/audit.ts"
import { homeOfItsOwn } from "../crash/inspection.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { Phone } from "../support/phone.ts"
import { clearOfMidnight, day, enters, keepsAttendance, minute, minutesLeft, takesReward } from "./stage.ts"

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

/** What the database knows of a person's time. */
async function rowOf({ app: { running }, uid }: Phone) {
  const [row] = await running.app.db.read.select().from(onlineTimes).where(eq(onlineTimes.userId, uid))
  return row
}

describe("the time connected", () => {
  test("is written down when somebody comes and goes, and not in between", async () => {
    const at = () => app.running.app.now()
    await keepsAttendance(app)
    const socket = await enters(bo, 0)
    expect(await rowOf(bo)).toBeUndefined()
    await keepsAttendance(app)
    const open = await rowOf(bo)
    expect(open).toMatchObject({ spent: 0 })
    expect(at() - Number(open?.since)).toBeWithin(0, minute)

    const { writes } = app.running.app.db.statistics()
    for (let n = 0; n < 10; n++) {
      app.pass(minute)
      await keepsAttendance(app)
    }
    expect(await rowOf(bo)).toEqual(open as never)
    // One is the server's own sign of life, for everybody together; the outbox may have looked for rows meanwhile.
    expect(app.running.app.db.statistics().writes - writes).toBeWithin(10, 20)
    const [pulse, ...further] = await app.running.app.db.read.select().from(onlinePulse)
    expect(at() - Number(pulse?.at)).toBeWithin(0, 5_000)
    expect(further).toEqual([])

    await socket.leaves()
    await keepsAttendance(app)
    const closed = await rowOf(bo)
    expect(closed).toMatchObject({ since: null })
    expect(closed?.spent).toBeWithin(10 * minute, 11 * minute)
  })

  test("is the same to whoever comes back at once or much later", async () => {
    for (let n = 0; n < 4; n++) {
      const socket = await enters(bo, 0)
      app.pass(minute)
      await socket.leaves()
      if (n % 2) await keepsAttendance(app)
    }
    expect(await minutesLeft(bo)).toBe(1)
    await keepsAttendance(app)
    expect(await minutesLeft(bo)).toBe(1)
    await enters(bo, 0)
    // However many ask at once for what the database knew before.
    const asked = await Promise.all([1, 2, 3].map(() => app.running.app.attendance.today(bo.uid)))
    expect(asked.map(({ connected }) => Math.floor(connected / minute))).toEqual([4, 4, 4])
    expect(await minutesLeft(bo)).toBe(1)
    app.pass(minute)
    await takesReward(bo)
  })

  test("outlives a restart, which itself does not count", async () => {
    await using home = await homeOfItsOwn()
    let ahead = 0
    const starts = () => startApp(home.env, { now: () => Date.now() + ahead })
    const first = await starts()
    const { calendar } = first.running.app
    const noon = calendar.startOf(calendar.dayOf(Date.now()) + 1) + day / 2
    ahead = noon - Date.now()
    const cai = await registers(first, "Cai")
    const socket = await enters(cai, 0)
    ahead += 2 * minute
    await first[Symbol.asyncDispose]()
    expect(await socket.closed).toBe(1012)

    ahead += 20 * minute
    await using second = await starts()
    const again = Object.assign(new Phone(second, "Cai"), { token: cai.token, uid: cai.uid })
    expect(await minutesLeft(again)).toBe(3)
    await enters(again, 0)
    ahead += 3 * minute
    await takesReward(again)
  })

  test("outlives a crash, but for what came after the last sign of life", async () => {
    const dan = await registers(app, "Dan")
    const gus = await registers(app, "Gus")
    await enters(bo, 0)
    const atDan = await enters(dan, 0)
    await keepsAttendance(app)
    app.pass(2 * minute)
    await atDan.leaves()
    await keepsAttendance(app)
    app.pass(20_000)
    await enters(gus, 0)
    app.pass(10 * minute)

    // As another server would find it: nobody has told the database that anybody went.
    const { db, calendar, log, now, realtime } = app.running.app
    const next = createAttendance(() => ({ db, calendar, log, now, realtime }))
    await next.settle()
    const connected = async ({ uid }: Phone) => Math.round((await next.today(uid)).connected / minute)
    expect([await connected(bo), await connected(dan), await connected(gus)]).toEqual([2, 2, 0])
    await next.settle()
    expect(await connected(bo)).toBe(2)
    expect(await rowOf(bo)).toMatchObject({ since: null })
  })

  test("of a crash is counted when the server starts again", async () => {
    await using own = await startApp()
    clearOfMidnight(own, 60 * minute)
    const [cai, dan] = [await registers(own, "Cai"), await registers(own, "Dan")]
    own.pass(20 * minute)
    const { calendar, now } = own.running.app
    const [today, at] = [calendar.dayOf(now()), now() - 7 * minute]
    const left = [
      { userId: cai.uid, day: today, spent: minute, since: at - 2 * minute },
      // Came after the last sign of life.
      { userId: dan.uid, day: today, spent: minute, since: at + 10_000 },
    ]
    await write(own.running.app, async (tx) => {
      await tx.insert(onlineTimes).values(left).returning({ id: onlineTimes.id })
      await tx.insert(onlinePulse).values({ at }).returning({ id: onlinePulse.id })
    })
    await own.restart()
    expect([await minutesLeft(cai), await minutesLeft(dan)]).toEqual([2, 4])
  })

  test("of a crash after midnight is the new day's", async () => {
    const { calendar, now, db, log, realtime } = app.running.app
    const midnight = calendar.startOf(calendar.dayOf(now()) + 1)
    app.pass(midnight - now() - 30 * minute)
    const cai = await registers(app, "Cai")
    await enters(bo, 0)
    await enters(cai, 0)
    await keepsAttendance(app)
    app.pass(34 * minute)
    await keepsAttendance(app)
    const next = createAttendance(() => ({ db, calendar, log, now, realtime }))
    await next.settle()
    const { day: counted, connected } = await next.today(bo.uid)
    expect({ counted, minutes: Math.round(connected / minute) }).toEqual({ counted: calendar.dayOf(now()), minutes: 4 })
  })

  test("of days that are over is forgotten, but for whoever is still there", async () => {
    const cai = await registers(app, "Cai")
    const socket = await enters(cai, 0)
    await enters(bo, 0)
    await socket.leaves()
    await keepsAttendance(app)
    app.pass(2 * day)
    await app.running.jobs.runNow("bonuses.forget_times")
    expect(await rowOf(cai)).toBeUndefined()
    expect(await rowOf(bo)).toBeDefined()
  })
})
