import { expect, test } from "bun:test"
import fc from "fast-check"
import { registerAll } from "../social/stage.ts"
import { startApp } from "../support/app.ts"
import { assertSettled, listOf, reads, textsOf, unreadOf, writes } from "./stage.ts"

test("two who begin a talk at the same time have one talk, with every letter in one order for both", async () => {
  await using app = await startApp()
  const [ana, bo] = await registerAll(app, "Ana", "Bo")
  const texts = Array.from({ length: 20 }, (_, n) => `letter ${n}`)
  await Promise.all(texts.map((text, n) => (n % 2 ? writes(ana, bo, text) : writes(bo, ana, text))))
  const [hers, his] = [await listOf(ana), await listOf(bo)]
  expect([hers.length, his.length]).toEqual([1, 1])
  expect(hers[0]?.session_id).toBe(his[0]?.session_id ?? "")
  expect([await unreadOf(ana), await unreadOf(bo)]).toEqual([10, 10])
  const read = textsOf(await reads(ana, bo))
  expect(textsOf(await reads(bo, ana))).toEqual(read)
  expect(read.toSorted()).toEqual(texts.toSorted())
  await assertSettled(app)
})

test("whatever people write, read and delete at once, the counts are what is unread", async () => {
  await using app = await startApp()
  const people = await registerAll(app, "Ana", "Bo", "Cai", "Dan")
  const someone = fc.constantFrom(...people)
  const act = fc.constantFrom("write", "write", "read", "delete")
  const deeds = fc.array(fc.tuple(someone, act, someone), { minLength: 10, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(deeds, async (all) => {
      const answers = await Promise.all(
        all.map(([who, deed, { uid: oid }]) => {
          if (deed === "write") return who.call("POST", "/letter/write_letter", { oid, msg: "hello" })
          if (deed === "read") return who.call("GET", "/letter/letter_show", { oid })
          return who.call("POST", "/letter/del_session", { oid })
        }),
      )
      expect(answers.filter(({ ErrCode }) => ![0, 23, 40].includes(ErrCode))).toEqual([])
      await assertSettled(app)
    }),
    { numRuns: 30, interruptAfterTimeLimit: 6_000 },
  )
  for (const reader of people) for (const other of people) await reads(reader, other)
  for (const reader of people) expect(await unreadOf(reader)).toBe(0)
  expect(app.logged.filter((line) => line.includes('"level":"error"'))).toEqual([])
}, 20_000)
