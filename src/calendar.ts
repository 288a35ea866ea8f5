const day = 86_400_000
/** Zones change their offset at quarters of an hour, in milliseconds. */
const quarter = 900_000

/** The server's own calendar: its days turn at the configured zone's midnight. */
export interface Calendar {
  /** The day of a moment (milliseconds since 1970, UTC), counted from 1970-01-01 in the server's zone. */
  dayOf(at: number): number
  /** The day of the month, 1 to 31. */
  dayOfMonth(at: number): number
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
  return {
    dayOf: (at) => Math.floor((at + offsetAt(at)) / day),
    dayOfMonth: (at) => new Date(at + offsetAt(at)).getUTCDate(),
  }
}

/** Milliseconds a zone is ahead of UTC at a moment. */
function offsetOf(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? ""
  const [, sign, hours, minutes] = /^GMT([+-])(\d+):(\d+)/.exec(name) ?? []
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
}
