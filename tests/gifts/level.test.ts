import { expect, test } from "bun:test"
import { levelOf } from "../../src/accounts/level.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { endows } from "./stage.ts"

test("levels begin at 100, 300, 600, 1000 and so on, without end", () => {
  for (const [level, least] of [100, 300, 600, 1_000, 1_500].entries()) {
    expect([levelOf(least - 1), levelOf(least)]).toEqual([level, level + 1])
  }
  for (const level of [10, 99, 1_000, 12_345, 1_000_000]) {
    const least = 50 * level * (level + 1)
    expect([levelOf(least - 1), levelOf(least)]).toEqual([level - 1, level])
  }
  expect(levelOf(0)).toBe(0)
})

test("giver and receiver rise with the diamond that completes a level, and not before", async () => {
  await using app = await startApp()
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await endows(bo, 300)
  for (const [num, level] of [
    [99, 0],
    [1, 1],
    [199, 1],
    [1, 2],
  ]) {
    await bo.ok("POST", "/gift/send_gift", { giftid: 1, num, revid: ana.uid })
    expect((await bo.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ UserLevel: level, AnchorLevel: 0 })
    expect((await ana.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ UserLevel: 0, AnchorLevel: level })
  }
})
