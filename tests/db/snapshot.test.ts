import { describe, expect, test } from "bun:test"
import { engine } from "../../src/db/kit.ts"
import { write } from "../../src/db/write.ts"
import { refuse } from "../../src/refusal.ts"
import { type Bench, fate, mark, marks, openBench } from "./bench.ts"

const seen = (bench: Bench) => bench.db.read.select().from(marks)

describe.if(engine === "sqlite")("reads that share a snapshot", () => {
  test("see a write as soon as it is acknowledged, also when the turn had read before", async () => {
    await using bench = await openBench()
    for (let n = 1; n <= 50; n++) {
      expect(await seen(bench)).toHaveLength(n - 1)
      await write(bench, (tx) => mark(tx, { name: `n${n}` }))
      expect(await seen(bench)).toHaveLength(n)
    }
  })

  test("show who was refused what the others of that moment have done", async () => {
    await using bench = await openBench()
    const done = write(bench, (tx) => mark(tx, { name: "Ana" }))
    const refused = fate(write(bench, async () => refuse("room.over"))).then(() => seen(bench))
    // Read in the turn in which both are carried out, and before they are.
    expect(await seen(bench)).toHaveLength(0)
    expect(await refused).toHaveLength(1)
    await done
  })
})
