import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { asc, sql } from "drizzle-orm"
import { type Db, type Placeholders, query } from "../../src/db/query.ts"
import { write } from "../../src/db/write.ts"
import { type Bench, fate, openBench } from "./bench.ts"
import { changes, type Make, reads, schema, shelves, things, undecided, type Values } from "./things.ts"

const undone = new Error("undone")
const rounds = 25

/** Numbers that look random, and are the same again for the same seed. */
function dice(seed: number) {
  let state = seed >>> 0 || 1
  return (sides: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % sides
  }
}

describe("prepared statements read and write what drizzle does", () => {
  let bench: Bench
  const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 32))
  const roll = dice(seed)
  const texts = ["", "plain", 'quo"te', "emoji 🎁", "null", "[1]"]
  const oneOf = <T>(list: T[]): T => list[roll(list.length)] as T
  const values = (): Values => ({
    number: oneOf([0, 3, 7, 1_000 + roll(1_000_000), Number.MAX_SAFE_INTEGER]),
    weight: oneOf([0, 1, 5, 2 ** 40]),
    label: oneOf(texts),
    isFragile: roll(2) === 1,
    tags: oneOf<unknown>([[], {}, "text", 7, true, { deep: [{ x: null }] }, texts]),
    shelfId: 1 + roll(5),
  })

  beforeAll(async () => {
    bench = await openBench()
    for (const statement of schema) await bench.beside(statement)
    await write(bench, async (tx) => {
      const some = <T>(value: T) => (roll(3) === 0 ? null : value)
      for (let n = 0; n < 3; n++) {
        const shelf = { name: `shelf ${n}`, height: n === 0 ? null : some(roll(9)), isOpen: some(roll(2) === 1) }
        await tx.insert(shelves).values(shelf).returning({ id: shelves.id })
      }
      for (let n = 1; n <= 20; n++) {
        const { label, isFragile, tags, shelfId } = values()
        const maybe = {
          weight: n % 4 === 0 ? null : n,
          label: some(label),
          isSold: some(roll(2) === 1),
          note: some(tags),
        }
        await tx
          .insert(things)
          .values({ shelfId: some(shelfId), number: n, isFragile, tags, ...maybe })
          .returning({ id: things.id })
      }
    })
  })
  afterAll(async () => bench[Symbol.asyncDispose]())

  test.each(Object.entries(reads))("%s", async (_, make) => {
    const ours = query<Values>()(make)
    for (let round = 0; round < rounds; round++) {
      const given = { ...values(), weight: roll(30) }
      const theirs = make(bench.db.read, $as(given))
      const [mine, expected] = [await ours(bench.db.read, given), await theirs.execute({ ...given })]
      expect({ seed, rows: mine }).toStrictEqual({ seed, rows: expected })
    }
  })

  test.each(Object.entries(changes))("%s", async (_, make) => {
    const ours = query<Values>()(make)
    for (let round = 0; round < rounds; round++) {
      const given = values()
      const outcomes: unknown[] = []
      for (const run of [ours, (tx: Db) => make(tx, $as(given)).execute({ ...given })]) {
        await write(bench, async (tx) => {
          const rows = (await run(tx, given)) as Record<string, unknown>[]
          const left = await tx.select().from(things).orderBy(asc(things.number))
          outcomes.push([rows, left].map((some) => some.map((one) => ({ ...one, id: undefined }))))
          throw undone
        }).catch((error) => {
          if (error !== undone) outcomes.push(String(error))
        })
      }
      expect({ seed, outcome: outcomes[0] }).toStrictEqual({ seed, outcome: outcomes[1] })
    }
  })

  test("a value that is missing or undefined is an error, whatever the statement", async () => {
    for (const make of [reads["every column"], reads["a limit"], changes["adds nothing"], undecided]) {
      const statement = query<Values>()(make as Make)
      for (const given of [{ ...values(), number: undefined, weight: undefined }, {}]) {
        expect(await fate(write(bench, (tx) => statement(tx, given as never)))).toMatch(/^No value for/)
      }
    }
  })
})

/** Placeholders as `query` makes them. */
const $as = (values: Values) =>
  Object.fromEntries(
    Object.keys(values).map((name) => [name, sql.placeholder(name)]),
  ) as unknown as Placeholders<Values>
