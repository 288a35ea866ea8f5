import type { Config } from "../config.ts"

export interface Clock {
  /** `2016-03-30T10:40:19+08:00` in the server's zone. */
  rfc3339(milliseconds: number): string
  /** `2016-03-30 10:40:19` in the server's zone. */
  plain(milliseconds: number): string
}

/** What the contract shows for a time that never was. */
export const neverRfc3339 = "0001-01-01T00:00:00Z"

/** Unix seconds, rounded down. */
export const unixSeconds = (milliseconds: number) => Math.floor(milliseconds / 1_000)

/** Writes times as the wire shows them, in the configured zone. */
export function createClock({ timezone }: Pick<Config, "timezone">): Clock {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "longOffset",
  })
  const parts = (milliseconds: number) =>
    Object.fromEntries(format.formatToParts(milliseconds).map(({ type, value }) => [type, value]))
  return {
    plain(milliseconds) {
      const { year, month, day, hour, minute, second } = parts(milliseconds)
      return `${year}-${month}-${day} ${hour}:${minute}:${second}`
    },
    rfc3339(milliseconds) {
      const { year, month, day, hour, minute, second, timeZoneName } = parts(milliseconds)
      const offset = (timeZoneName ?? "").slice("GMT".length).replace(/^(\+00:00)?$/, "Z")
      return `${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`
    },
  }
}
