import { describe, expect, test } from "bun:test"
import { createCalendar } from "../src/calendar.ts"

const day = 86_400_000

const zones = [
  "UTC",
  "Asia/Shanghai",
  "Asia/Kathmandu",
  "America/New_York",
  "Europe/Berlin",
  "Pacific/Chatham",
  "Australia/Lord_Howe",
  "Pacific/Kiritimati",
  "Etc/GMT+12",
  "America/St_Johns",
  // Clocks change at midnight here, so that it is missing once a year.
  "America/Santiago",
  "Africa/Cairo",
  "Asia/Beirut",
]

describe.each(zones)("the calendar of %s", (zone) => {
  const calendar = createCalendar(zone)
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: zone })
  const dateAt = (at: number) => Date.parse(`${format.format(at)}T00:00:00Z`) / day

  test("turns its days where the zone's dates do, each once", () => {
    const first = Date.UTC(2024, 0, 1) / day
    for (let one = first; one < first + 3 * 366; one++) {
      const start = calendar.startOf(one)
      expect({ zone, one, date: dateAt(start), before: dateAt(start - 1) }).toEqual({
        zone,
        one,
        date: one,
        before: one - 1,
      })
      expect([calendar.dayOf(start - 1), calendar.dayOf(start)]).toEqual([one - 1, one])
      expect(calendar.dayOfMonth(start)).toBe(new Date(one * day).getUTCDate())
    }
  })
})

test("a day begins at an hour of the clock, or where clocks skip it just after", () => {
  const begins = (zone: string, date: string) =>
    new Date(createCalendar(zone).startOf(Date.parse(`${date}T00:00:00Z`) / day)).toISOString()
  expect(begins("Asia/Shanghai", "2026-03-01")).toBe("2026-02-28T16:00:00.000Z")
  expect(begins("Asia/Kathmandu", "2026-03-01")).toBe("2026-02-28T18:15:00.000Z")
  expect(begins("America/New_York", "2026-03-08")).toBe("2026-03-08T05:00:00.000Z")
  expect(begins("America/New_York", "2026-03-09")).toBe("2026-03-09T04:00:00.000Z")
  expect(begins("America/Santiago", "2026-09-06")).toBe("2026-09-06T04:00:00.000Z")
  // A day that was never: the islands went over the date line.
  expect(begins("Pacific/Apia", "2011-12-30")).toBe(begins("Pacific/Apia", "2011-12-31"))
})
