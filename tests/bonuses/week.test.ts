import { expect, test } from "bun:test"
import { homeOfItsOwn } from "../crash/inspection.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { runProgram } from "../support/process.ts"
import { gives, givesFive, givesOne, givesTen, wins, winsOne, winsThree } from "../tasks/stage.ts"
import { day, minute, scoreOf } from "./stage.ts"

/** Makes a call three times at once. @returns how many were granted */
async function impatiently(phone: Phone, path: string, values: Record<string, number> = {}): Promise<number> {
  const answers = await Promise.all([1, 2, 3].map(() => phone.call("POST", path, values)))
  return answers.filter(({ ErrCode, status = 0 }) => ErrCode === 0 && status === 0).length
}

const claimsEach = async (phone: Phone, ...numbers: number[]) => {
  for (const task_id of numbers) expect(await impatiently(phone, "/task/post_task", { task_id })).toBe(1)
}

interface Stay {
  app: TestApp
  passes(minutes: number): void
}

/** Bo's day: comes, plays and gives, is thrown out by a restart in the middle of it, and comes back. */
async function spendsTheDay(bo: Phone, ana: Phone, { app, passes }: Stay): Promise<void> {
  expect(await impatiently(bo, "/action/login/bonus/get")).toBe(1)
  expect(await impatiently(bo, "/action/daily_record")).toBe(1)
  const before = await bo.enters(0)
  await before.settles()
  passes(7)
  expect(await impatiently(bo, "/daily/online_reward")).toBe(1)
  await gives(bo, ana, 5)
  await wins(bo, 3)
  await claimsEach(bo, givesOne, winsOne)

  await app.restart()
  expect(await before.closed).toBe(1012)
  passes(30)
  await bo.fails(82, "POST", "/daily/online_reward")
  await bo.fails(85, "POST", "/task/post_task", { task_id: givesOne })
  const after = await bo.enters(0)
  await after.settles()
  passes(2)
  await bo.fails(82, "POST", "/daily/online_reward")
  passes(2)
  expect(await impatiently(bo, "/daily/online_reward")).toBe(1)
  await gives(bo, ana, 5)
  await claimsEach(bo, givesFive, givesTen, winsThree)
  await after.leaves()
}

test("after a week of rewards, with a restart in the middle of each day, nobody has a unit too many and the ledger adds up", async () => {
  await using home = await homeOfItsOwn()
  let now = Date.now()
  await using app = await startApp(home.env, { now: () => now })
  const { calendar } = app.running.app
  const passes = (minutes: number) => {
    now += minutes * minute
  }
  const firstDay = calendar.dayOf(now) + 1
  const [ana, bo, cai] = [await registers(app, "Ana"), await registers(app, "Bo"), await registers(app, "Cai")]
  for (let n = 0; n < 7; n++) {
    now = calendar.startOf(firstDay + n) + 8 * 60 * minute
    await spendsTheDay(bo, ana, { app, passes })
    // Cai forgets the fourth day.
    if (n !== 3) expect(await impatiently(cai, "/action/login/bonus/get")).toBe(1)
  }
  const signIns = 20 + 30 + 35 + 40 + 45 + 50 + 60
  expect(await scoreOf(bo)).toBe(signIns + 7 * (5 + 10) + 7 * (10 + 20 + 30 + 10 + 20))
  expect(await scoreOf(cai)).toBe(20 + 30 + 35 + 20 + 30 + 35)
  expect(await scoreOf(ana)).toBe(0)

  now += day
  const { code, printed } = await runProgram(["audit"], home.env)
  expect(printed.replaceAll(/ +/g, " ")).toMatch(/^every task reward has its task transfers 35 0$/m)
  expect(printed.replaceAll(/ +/g, " ")).toMatch(/^every sign-in bonus has its sign_in transfers 13 0$/m)
  expect(printed.replaceAll(/ +/g, " ")).toMatch(/^every online reward has its online transfers 14 0$/m)
  expect(printed).toContain("The ledger adds up.")
  expect(code).toBe(0)
}, 60_000)
