const day = 86_400_000
const hour = 3_600_000
/** Zones change their offset at quarters of an hour, in milliseconds. */
const quarter = 900_000

/** The server's own calendar: its days turn at the configured zone's midnight. */
export interface Calendar {
  /** The day of a moment (milliseconds since 1970, UTC), counted from 1970-01-01 in the server's zone. */
  dayOf(at: number): number
  /** The day of the month, 1 to 31. */
  dayOfMonth(at: number): number
  /** The moment a day begins: midnight or, where clocks skip that, the first moment after it. */
  startOf(day: number): number
}

/** The calendar of a time zone such as `Asia/Shanghai`. */
export function createCalendar(timezone: string): Calendar {
  const format = new Intl.DateTimeFormat("en", { timeZone: timezone, timeZoneName: "longOffset" })
  let known = { quarter: Number.NaN, offset: 0 }
  const offsetAt = (at: number) => {
    const current = Math.floor(at / quarter)
    if (known.quarter !== current) known = { quarter: current, offset: offsetOf(format, at) }
    return known.offset
  }
  const dayOf = (at: number) => Math.floor((at + offsetAt(at)) / day)
  let found = { day: Number.NaN, start: 0 }
  return {
    dayOf,
    dayOfMonth: (at) => new Date(at + offsetAt(at)).getUTCDate(),
    startOf(wanted) {
      if (found.day !== wanted) found = { day: wanted, start: firstQuarter(wanted, dayOf) * quarter }
      return found.start
    },
  }
}

/** The first quarter of an hour of a day: no zone is 15 hours off UTC, and days only ever follow each other. */
function firstQuarter(wanted: number, dayOf: (at: number) => number): number {
  let before = (wanted * day - 15 * hour) / quarter
  let within = (wanted * day + 15 * hour) / quarter
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2)
    if (dayOf(middle * quarter) < wanted) before = middle
    else within = middle
  }
  return within
}

/** Milliseconds a zone is ahead of UTC at a moment. */
function offsetOf(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? ""
  const [, sign, hours, minutes] = /^GMT([+-])(\d+):(\d+)/.exec(name) ?? []
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
}
