import { expect, test } from "bun:test"
import { once } from "../../src/db/replay.ts"
import { write } from "../../src/db/write.ts"
import { refuse } from "../../src/refusal.ts"
import { type Bench, fate, mark, openBench } from "./bench.ts"

const key = { userId: 7, requestId: "one tap", fingerprint: "of its parameters" }

const tap = <T>(bench: Bench, verb: () => Promise<T>, request: typeof key | undefined = key) =>
  write(bench, (tx) =>
    once(bench, tx, request, async () => {
      await mark(tx, { name: crypto.randomUUID() })
      return verb()
    }),
  )

test("fifty taps at once are one, and all hear the same", async () => {
  await using bench = await openBench()
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => tap(bench, async () => ({ order: n, words: "done" }))),
  )
  expect(await bench.names()).toHaveLength(1)
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(await tap(bench, async () => ({ order: -1, words: "anew" }))).toEqual(answers[0] as never)
})

test("the same key with other parameters is refused; another's key and no key are free", async () => {
  await using bench = await openBench()
  await tap(bench, async () => 1)
  expect(await fate(tap(bench, async () => 2, { ...key, fingerprint: "of others" }))).toBe("request.reused")
  expect(await tap(bench, async () => 3, { ...key, userId: 8 })).toBe(3)
  const keyless = () => write(bench, (tx) => once(bench, tx, undefined, () => mark(tx, { name: crypto.randomUUID() })))
  await keyless()
  await keyless()
  expect(await bench.names()).toHaveLength(4)
})

test("a refused verb leaves the key free, also for who waited behind it", async () => {
  await using bench = await openBench()
  const unlucky = new Set<number>()
  const lucky = new Set<number>()
  // A body may be run again, and is then refused again.
  const stubborn = (caller: number) => async () => {
    if (unlucky.size < 3) unlucky.add(caller)
    if (unlucky.has(caller)) refuse("wallet.diamonds_short")
    lucky.add(caller)
    return caller
  }
  const fates = await Promise.all(Array.from({ length: 10 }, (_, caller) => fate(tap(bench, stubborn(caller)))))
  expect(fates.filter((one) => one === "wallet.diamonds_short")).toHaveLength(3)
  expect(fates.filter((one) => one === "kept")).toHaveLength(7)
  expect(lucky.size).toBe(1)
  expect(await bench.names()).toHaveLength(1)
})

test("a verb without an answer is kept too", async () => {
  await using bench = await openBench()
  await tap(bench, async () => {})
  await tap(bench, async () => {})
  expect(await bench.names()).toHaveLength(1)
})
