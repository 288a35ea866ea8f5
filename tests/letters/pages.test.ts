import { expect, test } from "bun:test"
import { registerAll } from "../social/stage.ts"
import { startApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"
import { listOf, reads, type Shown, textsOf, unreadOf, writes } from "./stage.ts"

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => String(from + n))

test("the newest page comes first, each is in the order of writing, and only the newest makes the letters read", async () => {
  await using app = await startApp()
  const [ana, bo] = await registerAll(app, "Ana", "Bo")
  for (const text of numbers(0, 45)) await writes(bo, ana, text)
  expect(textsOf(await reads(ana, bo, { index: 1 }))).toEqual(numbers(5, 25))
  expect(await unreadOf(ana)).toBe(45)
  const newest = await reads(ana, bo)
  expect(textsOf(newest)).toEqual(numbers(25, 45))
  expect(await unreadOf(ana)).toBe(0)

  // What comes while she leafs back shifts no page.
  await writes(bo, ana, "45")
  const walked: Shown[] = [...newest]
  for (let page = newest; page.length > 0; ) {
    page = await reads(ana, bo, { before: page[0]?.Id ?? 0 })
    walked.unshift(...page)
  }
  expect(textsOf(walked)).toEqual(numbers(0, 45))
  expect(await unreadOf(ana)).toBe(1)
  expect(textsOf(await reads(ana, bo, { index: 2 }))).toEqual(numbers(0, 6))
  for (const index of [3, Number.MAX_SAFE_INTEGER]) expect(await reads(ana, bo, { index })).toEqual([])

  const [{ session_id } = { session_id: "" }] = await listOf(ana)
  const opened = await ana.ok("GET", "/letter/letter_open", { session_id, index: 2 })
  expect(textsOf(opened["letter"] as Shown[])).toEqual(numbers(0, 6))
})

test("talks are listed by their newest letters, page after page, and none is listed twice on the way", async () => {
  await using app = await startApp()
  const [ana, ...others] = await registerAll(app, "Ana", ...numbers(0, 45))
  for (const other of others) await writes(other, ana, "hello")
  const newest = others.map(({ uid }) => String(uid)).toReversed()
  const uidsOf = async (page: Record<string, string | number>) => (await listOf(ana, page)).map(({ uid }) => uid)
  expect([...(await uidsOf({ index: 0 })), ...(await uidsOf({ index: 1 })), ...(await uidsOf({ index: 2 }))]).toEqual(
    newest,
  )
  expect(await uidsOf({ index: 3 })).toEqual([])

  const first = await listOf(ana)
  // One that is listed already moves to the top.
  await writes(others[44] as Phone, ana, "hello again")
  const second = await listOf(ana, { before: first.at(-1)?.id ?? "" })
  const third = await listOf(ana, { before: second.at(-1)?.id ?? "" })
  expect([...first, ...second, ...third].map(({ uid }) => uid)).toEqual(newest)
  expect(await listOf(ana, { before: third.at(-1)?.id ?? "" })).toEqual([])
})
