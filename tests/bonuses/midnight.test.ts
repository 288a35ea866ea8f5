import { expect, test } from "bun:test"
import { auditLedger } from "../../src/ledger_audit/audit.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { gives, givesOne, tasksOf } from "../tasks/stage.ts"
import { minute, scoreOf } from "./stage.ts"

/** Days as a zone's clocks show them: the date, and the offset from UTC at its first and at its last second. */
type Day = [date: string, first: string, last: string]

const days = (dates: string[], offset: string): Day[] => dates.map((date) => [date, offset, offset])

/** Seven days each, without a gap. */
const walks: Record<string, [zone: string, Day[]]> = {
  "clocks put forward in New York": [
    "America/New_York",
    [
      ...days(["2026-03-05", "2026-03-06", "2026-03-07"], "-05:00"),
      ["2026-03-08", "-05:00", "-04:00"],
      ...days(["2026-03-09", "2026-03-10", "2026-03-11"], "-04:00"),
    ],
  ],
  "the end of an October, and clocks put back in New York": [
    "America/New_York",
    [
      ...days(["2026-10-29", "2026-10-30", "2026-10-31"], "-04:00"),
      ["2026-11-01", "-04:00", "-05:00"],
      ...days(["2026-11-02", "2026-11-03", "2026-11-04"], "-05:00"),
    ],
  ],
  "the end of a March, and clocks put forward in Berlin": [
    "Europe/Berlin",
    [
      ...days(["2026-03-27", "2026-03-28"], "+01:00"),
      ["2026-03-29", "+01:00", "+02:00"],
      ...days(["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02"], "+02:00"),
    ],
  ],
  "clocks put back in Berlin": [
    "Europe/Berlin",
    [
      ...days(["2026-10-23", "2026-10-24"], "+02:00"),
      ["2026-10-25", "+02:00", "+01:00"],
      ...days(["2026-10-26", "2026-10-27", "2026-10-28", "2026-10-29"], "+01:00"),
    ],
  ],
  "the end of a leap year's February in Kathmandu": [
    "Asia/Kathmandu",
    days(["2028-02-26", "2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01", "2028-03-02", "2028-03-03"], "+05:45"),
  ],
  "the end of a year in Kathmandu": [
    "Asia/Kathmandu",
    days(["2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"], "+05:45"),
  ],
  "clocks put back on the Chatham Islands": [
    "Pacific/Chatham",
    [
      ...days(["2026-04-02", "2026-04-03", "2026-04-04"], "+13:45"),
      ["2026-04-05", "+13:45", "+12:45"],
      ...days(["2026-04-06", "2026-04-07", "2026-04-08"], "+12:45"),
    ],
  ],
}

interface Clock {
  app: TestApp
  /** Sets the server's clock. */
  strikes(at: string | number): void
}

async function startIn(zone: string, at: string): Promise<Clock & AsyncDisposable> {
  let now = Date.parse(at)
  const app = await startApp({ TIMEZONE: zone }, { now: () => now })
  return {
    app,
    strikes(moment) {
      now = typeof moment === "number" ? moment : Date.parse(moment)
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

test.each(Object.entries(walks))(
  "over %s a day's rewards are had from its first second to its last",
  async (_, walk) => {
    const [zone, dates] = walk
    await using clock = await startIn(zone, `${dates[0]?.[0]}T00:00:00${dates[0]?.[1]}`)
    const { app } = clock
    const [ana, bo, cai] = [await registers(app, "Ana"), await registers(app, "Bo"), await registers(app, "Cai")]
    const bonus = async (who = bo) => (await who.ok("POST", "/action/login/bonus/get"))["status"]
    const worth = [20, 30, 35, 40, 45, 50, 60]
    let score = 0
    for (const [n, [date, first, last]] of dates.entries()) {
      clock.strikes(`${date}T00:00:00${first}`)
      expect({ date, status: await bonus() }).toEqual({ date, status: 0 })
      await bo.ok("POST", "/action/daily_record")
      await bo.fails(81, "POST", "/task/post_task", { task_id: givesOne })
      await gives(bo, ana)
      await bo.ok("POST", "/task/post_task", { task_id: givesOne })
      score += (worth[n] ?? 0) + 10
      expect(await scoreOf(bo)).toBe(score)
      expect((await tasksOf(bo))[givesOne]?.BeginTime).toBe(Date.parse(`${date}T00:00:00${first}`) / 1_000)

      clock.strikes(`${date}T23:59:59${last}`)
      expect({ date, status: await bonus() }).toEqual({ date, status: 85 })
      await bo.fails(85, "POST", "/action/daily_record")
      await bo.fails(85, "POST", "/task/post_task", { task_id: givesOne })
      // Cai comes late every day, and still has an unbroken run.
      expect({ date, status: await bonus(cai) }).toEqual({ date, status: 0 })
      expect(await scoreOf(bo)).toBe(score)
    }
    expect(await scoreOf(cai)).toBe(280)
    expect(await auditLedger(app.running.app)).toMatchObject({ differences: 0 })
  },
)

/** Nights in which clocks are changed: from when to when somebody stays, by the clocks; it is four minutes of that day. */
const nights: Record<string, { zone: string; from: string; until: string }> = {
  "New York's short night": {
    zone: "America/New_York",
    from: "2026-03-08T01:56:30-05:00",
    until: "2026-03-08T03:00:30-04:00",
  },
  "New York's long night": {
    zone: "America/New_York",
    from: "2026-11-01T01:58:30-04:00",
    until: "2026-11-01T01:02:30-05:00",
  },
  "Berlin's short night": {
    zone: "Europe/Berlin",
    from: "2026-03-29T01:58:30+01:00",
    until: "2026-03-29T03:02:30+02:00",
  },
  "Berlin's long night": {
    zone: "Europe/Berlin",
    from: "2026-10-25T02:57:30+02:00",
    until: "2026-10-25T02:01:30+01:00",
  },
  "a midnight of Kathmandu": {
    zone: "Asia/Kathmandu",
    from: "2026-12-31T23:00:00+05:45",
    until: "2027-01-01T00:04:00+05:45",
  },
  "a midnight that Santiago skips": {
    zone: "America/Santiago",
    from: "2026-09-05T23:30:00-04:00",
    until: "2026-09-06T01:04:00-03:00",
  },
}

test.each(Object.entries(nights))("in %s the time connected is the time that passed", async (_, night) => {
  await using clock = await startIn(night.zone, night.from)
  const bo = await registers(clock.app, "Bo")
  await (await bo.enters(0)).settles()
  clock.strikes(night.until)
  expect(await bo.ok("GET", "/daily/online_time")).toMatchObject({ left: 60 })
  await bo.fails(82, "POST", "/daily/online_reward")
  clock.strikes(Date.parse(night.until) + minute - 1)
  await bo.fails(82, "POST", "/daily/online_reward")
  clock.strikes(Date.parse(night.until) + minute)
  const { reward_time } = await bo.ok("GET", "/daily/online_time")
  expect(reward_time).toBe(Date.parse(night.until) / 1_000 + 60)
  await bo.ok("POST", "/daily/online_reward")
  expect(await scoreOf(bo)).toBe(5)
})
