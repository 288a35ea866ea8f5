import { expect, test } from "bun:test"
import { createOutbox, type Handler, type Outbox, promise, releaseClaims } from "../../src/db/outbox.ts"
import { outbox as rows } from "../../src/db/tables.ts"
import { write } from "../../src/db/write.ts"
import { refuse } from "../../src/refusal.ts"
import { type Bench, fate, mark, openBench, until } from "./bench.ts"

const kind = "greeting"
const minute = 60_000

/** A runner as one copy of the program has it, woken by what this copy writes. */
function runner(
  bench: Bench,
  handler: (n: number) => Promise<void>,
): Outbox & { add(...numbers: number[]): Promise<void> } {
  const outbox = createOutbox(bench, { quick: { [kind]: (({ n }: { n: number }) => handler(n)) as Handler } })
  return {
    ...outbox,
    add: (...numbers) =>
      write(bench, async (tx, after) => {
        for (const n of numbers) await promise({ now: bench.now, outbox }, tx, after, kind, { n })
      }),
  }
}

const left = (bench: Bench) => bench.db.read.select().from(rows).orderBy(rows.id)

test("what was promised is delivered in order, without being asked for, and then forgotten", async () => {
  await using bench = await openBench()
  const heard: number[] = []
  const { add } = runner(bench, async (n) => void heard.push(n))
  const numbers = Array.from({ length: 120 }, (_, n) => n)
  await add(...numbers)
  await until(async () => (await left(bench)).length === 0)
  expect(heard).toEqual(numbers)
})

test("a promise made in a write that fails is none", async () => {
  await using bench = await openBench()
  const heard: number[] = []
  const outbox = createOutbox(bench, {
    quick: { [kind]: (async ({ n }: { n: number }) => void heard.push(n)) as Handler },
  })
  await fate(
    write(bench, async (tx, after) => {
      await promise({ now: bench.now, outbox }, tx, after, kind, { n: 1 })
      refuse("gift.unknown")
    }),
  )
  await outbox.deliverDue()
  expect({ heard, left: await left(bench) }).toEqual({ heard: [], left: [] })
})

test("what is committed just after a run's last look is not left lying", async () => {
  await using bench = await openBench()
  const heard: number[] = []
  let lookedInVain = async () => {}
  const db: Bench["db"] = {
    ...bench.db,
    async write(body) {
      const result = await bench.db.write(body)
      if (Array.isArray(result) && result.length === 0) await lookedInVain()
      return result
    },
  }
  const { add, wake } = runner({ ...bench, db }, async (n) => void heard.push(n))
  lookedInVain = async () => {
    lookedInVain = async () => {}
    await add(2)
  }
  await add(1)
  wake()
  await until(() => heard.length === 2)
  expect(heard).toEqual([1, 2])
})

test("whoever asks for a delivery while a run ends gets it", async () => {
  await using bench = await openBench()
  const heard: number[] = []
  const { add, deliverDue } = runner(bench, async (n) => void heard.push(n))
  for (let n = 0; n < 100; n++) {
    const committed = add(n)
    for (let turn = 0; turn < n % 7; turn++) await Promise.resolve()
    await committed
    await deliverDue()
    expect(heard.at(-1)).toBe(n)
  }
})

test("a handler that fails is tried again after growing pauses, and the others are not held up", async () => {
  await using bench = await openBench()
  const heard: number[] = []
  let failures = 3
  const { add, deliverDue } = runner(bench, async (n) => {
    if (n === 1 && failures-- > 0) throw new Error("not now")
    heard.push(n)
  })
  await add(1, 2)
  await until(() => heard.length === 1)
  const pauses: number[] = []
  for (let round = 0; round < 3; round++) {
    await deliverDue()
    const [row] = await left(bench)
    const pause = (row?.dueAt ?? 0) - bench.now()
    pauses.push(Math.round(pause / 1_000))
    bench.pass(pause - 50)
    await deliverDue()
    expect((await left(bench))[0]?.attempts).toBe(round + 1)
    bench.pass(50)
  }
  await deliverDue()
  expect({ heard, pauses }).toEqual({ heard: [2, 1], pauses: [1, 2, 4] })
  expect(await left(bench)).toEqual([])
})

test("after twenty attempts a row is dead: kept, told to the operator, and not tried again", async () => {
  await using bench = await openBench()
  let tries = 0
  const { add, deliverDue } = runner(bench, async () => {
    tries += 1
    throw new Error("never")
  })
  await add(1)
  for (let round = 0; round < 25; round++) {
    await deliverDue()
    bench.pass(15 * minute)
  }
  expect(tries).toBe(20)
  expect(await left(bench)).toMatchObject([{ dead: true, attempts: 20, payload: { n: 1 } }])
  expect(bench.logged.filter((line) => line.includes('"level":"error"'))).toHaveLength(1)
})

test("a kind that nothing handles waits for a program that knows it", async () => {
  await using bench = await openBench()
  const older = createOutbox(bench, { quick: {} })
  await write(bench, (tx, after) => promise({ now: bench.now, outbox: older }, tx, after, kind, { n: 1 }))
  await older.deliverDue()
  expect(await left(bench)).toMatchObject([{ attempts: 1, dead: false }])
  const heard: number[] = []
  bench.pass(minute)
  await runner(bench, async (n) => void heard.push(n)).deliverDue()
  expect({ heard, left: await left(bench) }).toEqual({ heard: [1], left: [] })
})

test("a crash between handling and forgetting delivers again; a crash before delivers late", async () => {
  await using bench = await openBench()
  const heard: string[] = []
  const { promise: never } = Promise.withResolvers<void>()
  const dying = runner(bench, async (n) => {
    heard.push(`the dying one did ${n}`)
    await never
  })
  await dying.add(1, 2)
  await until(() => heard.length === 1)

  const { deliverDue } = runner(bench, async (n) => void heard.push(`the next one did ${n}`))
  await deliverDue()
  expect(heard).toHaveLength(1)
  await releaseClaims(bench)
  await deliverDue()
  expect(heard).toEqual(["the dying one did 1", "the next one did 1", "the next one did 2"])
})

test("the rows of a runner that never came back are taken over after its lease", async () => {
  await using bench = await openBench()
  const heard: number[] = []
  const { promise: never } = Promise.withResolvers<void>()
  await runner(bench, () => never).add(1, 2)
  await until(async () => (await left(bench)).every(({ attempts }) => attempts === 1))
  const { deliverDue } = runner(bench, async (n) => void heard.push(n))
  bench.pass(minute - 5_000)
  await deliverDue()
  expect(heard).toEqual([])
  bench.pass(5_000)
  await deliverDue()
  expect(heard).toEqual([1, 2])
})

test("a runner slower than its lease leaves the rest to whoever has it by then", async () => {
  await using bench = await openBench()
  const heard: string[] = []
  const other = runner(bench, async (n) => void heard.push(`other ${n}`))
  const slow = runner(bench, async (n) => {
    heard.push(`slow ${n}`)
    bench.pass(minute + 1)
    if (n === 1) await other.deliverDue()
  })
  await slow.add(1, 2, 3)
  await until(async () => (await left(bench)).length === 0)
  await slow.deliverDue()
  expect(heard.filter((one) => one.endsWith("2"))).toEqual(["other 2"])
  expect(heard.filter((one) => one.endsWith("3"))).toEqual(["other 3"])
})

test("a stop finishes the row under way and leaves the others as they were", async () => {
  await using bench = await openBench()
  const heard: number[] = []
  const gate = Promise.withResolvers<void>()
  const { add, stop } = runner(bench, async (n) => {
    heard.push(n)
    await gate.promise
  })
  await add(1, 2, 3)
  await until(() => heard.length === 1)
  const stopped = stop()
  gate.resolve()
  await stopped
  expect(heard).toEqual([1])
  const next = runner(bench, async (n) => void heard.push(n))
  await next.deliverDue()
  expect(heard).toEqual([1, 2, 3])
})

test("two runners on one database never do the same row", async () => {
  await using bench = await openBench()
  await write(bench, async (tx) => {
    for (let n = 0; n < 300; n++) {
      await tx
        .insert(rows)
        .values({ kind, payload: { n }, dueAt: bench.now(), createdAt: bench.now() })
        .returning({ id: rows.id })
    }
    await mark(tx, { name: "filled" })
  })
  const heard: number[][] = [[], []]
  const turn = async (who: number, n: number) => {
    heard[who]?.push(n)
    await new Promise(setImmediate)
  }
  await Promise.all([0, 1].map((who) => runner(bench, (n) => turn(who, n)).deliverDue()))
  const all = heard.flat().sort((one, other) => one - other)
  expect(all).toEqual(Array.from({ length: 300 }, (_, n) => n))
  expect(heard.map((one) => one.length > 0)).toEqual([true, true])
})
