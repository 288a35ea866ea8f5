import { afterAll, beforeAll, expect, test } from "bun:test"
import { z } from "zod"
import { pageBounds } from "../../src/db/page.ts"
import { page } from "../../src/wire/fields.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { canCash } from "../support/cash.ts"
import { registers } from "../support/cast.ts"
import { buysDiamonds, earnsRipeRice } from "../support/money.ts"
import type { Phone } from "../support/phone.ts"

let app: TestApp
/** Is live, has earned and asked for a withdrawal. */
let ana: Phone
/** Has given. */
let bo: Phone

beforeAll(async () => {
  app = await startApp()
  ;[ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await ana.opensRoom()
  await canCash(ana)
  await earnsRipeRice(ana, 1_000)
  await ana.ok("POST", "/card/cash_bank", { money: 50 })
  await buysDiamonds(bo, 1)
  await bo.ok("POST", "/gift/send_gift", { giftid: 1, num: 1, revid: ana.uid })
})

afterAll(() => app[Symbol.asyncDispose]())

test.each([
  ["/list_room", "RoomList"],
  ["/gift/gain_rank", "rank"],
  ["/gift/send_rank", "rank"],
  ["/all_rank", "rank"],
  ["/card/cash_record", "record"],
])("%s has a first page, and nothing past its end however far", async (path, key) => {
  const reader = path === "/gift/send_rank" ? bo : ana
  const lengthAt = async (index: number) => ((await reader.ok("GET", path, { index }))[key] as unknown[]).length
  expect(await lengthAt(0)).toBeGreaterThan(0)
  for (const index of [1, 1_000_001, 2 ** 32, 2 ** 49, Number.MAX_SAFE_INTEGER]) expect(await lengthAt(index)).toBe(0)
  for (const index of ["-1", "9007199254740992", "0.5", "x"]) await reader.fails(10, "GET", path, { index })
})

test("the farthest page still begins at a row whose number is exact", () => {
  const asked = z.object(page).parse({ index: String(Number.MAX_SAFE_INTEGER) })
  expect(pageBounds(asked).offset).toBeGreaterThan(1_000_000_000)
  expect(pageBounds(asked).offset).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER)
})

test("a parameter that is empty counts as absent", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  await ana.ok("GET", "/list_room", { index: "", before: "" })
  await ana.ok("GET", "/gift/gain_rank", { index: "", before: "", oid: "" })
  await ana.ok("GET", "/card/cash_record", { before: "" })
  const refused = await ana.fails(10, "POST", "/gift/send_gift", { giftid: "", num: 1, revid: 1 })
  expect(refused.ErrMsg).toBe('The parameter "giftid" is missing.')
})
