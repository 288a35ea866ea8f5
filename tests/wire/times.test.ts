import { expect, test } from "bun:test"
import { createClock } from "../../src/wire/times.ts"

const moment = Date.UTC(2016, 2, 30, 2, 40, 19)

test("times are told in the server's zone", () => {
  const shanghai = createClock({ timezone: "Asia/Shanghai" })
  expect(shanghai.rfc3339(moment)).toBe("2016-03-30T10:40:19+08:00")
  expect(shanghai.plain(moment)).toBe("2016-03-30 10:40:19")
  expect(createClock({ timezone: "UTC" }).rfc3339(moment)).toBe("2016-03-30T02:40:19Z")
  expect(createClock({ timezone: "America/New_York" }).rfc3339(moment)).toBe("2016-03-29T22:40:19-04:00")
  expect(createClock({ timezone: "America/New_York" }).rfc3339(Date.UTC(2016, 0, 1))).toBe("2015-12-31T19:00:00-05:00")
})
