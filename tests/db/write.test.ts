import { expect, test } from "bun:test"
import { sql } from "drizzle-orm"
import { duplicate } from "../../src/db/error.ts"
import type { Db } from "../../src/db/query.ts"
import { write } from "../../src/db/write.ts"
import { refuse } from "../../src/refusal.ts"
import { fate, mark, marks, openBench, orphan } from "./bench.ts"

test("a refusal rolls its own body back and nobody else's", async () => {
  await using bench = await openBench()
  const bodies = Array.from({ length: 10 }, (_, n) =>
    write(bench, async (tx) => {
      await mark(tx, { name: `n${n}` })
      if (n % 2 === 1) refuse("gift.unknown")
    }),
  )
  expect(await Promise.all(bodies.map(fate))).toEqual(
    Array.from({ length: 10 }, (_, n) => (n % 2 === 1 ? "gift.unknown" : "kept")),
  )
  expect((await bench.names()).sort()).toEqual(["n0", "n2", "n4", "n6", "n8"])
})

test("a failing statement fails its own write, and outside it is known for a duplicate", async () => {
  await using bench = await openBench()
  await write(bench, (tx) => mark(tx, { name: "Ana" }))
  const errors = await Promise.all(
    ["Ana", "Bo"].map((name) =>
      write(bench, (tx) => mark(tx, { name })).then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  )
  expect(errors.map(duplicate)).toEqual([true, false])
  expect(await bench.names()).toEqual(["Ana", "Bo"])
})

test("a COMMIT that fails fails only the write at fault", async () => {
  await using bench = await openBench()
  const fates = await Promise.all([
    fate(write(bench, (tx) => mark(tx, { name: "Ana" }))),
    fate(write(bench, (tx) => orphan(tx, { name: "nobody's child" }))),
    fate(write(bench, (tx) => mark(tx, { name: "Bo" }))),
  ])
  expect([fates[0], fates[2]]).toEqual(["kept", "kept"])
  expect(fates[1]).toMatch(/foreign key/i)
  expect((await bench.names()).sort()).toEqual(["Ana", "Bo"])
})

test("a write that goes on after a failed statement of its own never counts as done", async () => {
  await using bench = await openBench()
  await write(bench, (tx) => mark(tx, { name: "Ana" }))
  const answer = await fate(
    write(bench, async (tx) => {
      await mark(tx, { name: "before" })
      await mark(tx, { name: "Ana" }).catch(() => {})
    }),
  )
  expect((await bench.names()).includes("before")).toBe(answer === "kept")
})

test("a statement that outlives its body fails", async () => {
  await using bench = await openBench()
  let kept: Db | undefined
  let late: Promise<string> | undefined
  const over = Promise.withResolvers<void>()
  await write(bench, async (tx) => {
    kept = tx
    late = over.promise.then(() => fate(mark(tx, { name: "late" })))
    await mark(tx, { name: "in time" })
  })
  over.resolve()
  expect(await late).toMatch(/outside the write/)
  expect(await fate((async () => kept && (await mark(kept, { name: "stolen" })))())).toMatch(/outside the write/)
  expect(await bench.names()).toEqual(["in time"])
})

test("a write inside a write is refused, on every connection at once too", async () => {
  await using bench = await openBench()
  const nested = () =>
    write(bench, async (tx) => {
      await mark(tx, { name: crypto.randomUUID() })
      await write(bench, (inner) => mark(inner, { name: "inner" }))
    })
  const fates = await Promise.all(Array.from({ length: 30 }, () => fate(nested())))
  expect(new Set(fates)).toEqual(new Set(["A write was begun inside a write; pass tx down instead."]))
  expect(await bench.names()).toEqual([])
})

test("what a body leaves behind may write once the body is over", async () => {
  await using bench = await openBench()
  const over = Promise.withResolvers<void>()
  let later: Promise<string> | undefined
  await write(bench, async (tx) => {
    later = over.promise.then(() => fate(write(bench, (other) => mark(other, { name: "later" }))))
    await mark(tx, { name: "now" })
  })
  over.resolve()
  expect(await later).toBe("kept")
  expect(await bench.names()).toEqual(["now", "later"])
})

test("effects run after the commit, once, and only when there was one; one that throws hurts nobody", async () => {
  await using bench = await openBench()
  const seen: string[] = []
  await Promise.all([
    fate(
      write(bench, async (tx, after) => {
        after(() => seen.push("of a failed write"))
        await orphan(tx, { name: "nobody's child" })
      }),
    ),
    write(bench, async (tx, after) => {
      after(() => {
        throw new Error("an effect fails")
      })
      after(() => Promise.reject(new Error("a slow effect fails")))
      after(async () => seen.push(`sees ${(await bench.names()).join()}`))
      await mark(tx, { name: "Ana" })
    }),
  ])
  const deadline = Date.now() + 5_000
  while (seen.length === 0 && Date.now() < deadline) await new Promise(setImmediate)
  expect(seen).toEqual(["sees Ana"])
  expect(bench.logged.filter((line) => line.includes("effect fails"))).toHaveLength(2)
})

test("readers never see an unfinished write", async () => {
  await using bench = await openBench()
  const seen: number[] = []
  const look = async () => {
    const rows = await bench.db.read.select({ n: sql`count(*)`.mapWith(Number) }).from(marks)
    seen.push(rows[0]?.n ?? -1)
  }
  const pairs = Array.from({ length: 40 }, (_, n) =>
    write(bench, async (tx) => {
      await mark(tx, { name: `left ${n}` })
      const { promise, resolve } = Promise.withResolvers<void>()
      queueMicrotask(resolve)
      await promise
      await look()
      await mark(tx, { name: `right ${n}` })
    }),
  )
  await Promise.all([...pairs, ...Array.from({ length: 40 }, look)])
  await look()
  expect(seen.filter((n) => n % 2 !== 0)).toEqual([])
  expect(seen.at(-1)).toBe(80)
})
