import { describe, expect, test } from "bun:test"
import { engine } from "../../src/db/kit.ts"
import { lockRow } from "../../src/db/lock.ts"
import { write } from "../../src/db/write.ts"
import { type Bench, fate, mark, marks, openBench, until } from "./bench.ts"
import { layLine } from "./wire_cutter.ts"

const lanes = 10

describe.if(engine === "postgres")("Postgres", () => {
  for (const [what, state] of [
    ["a serialization failure", "40001"],
    ["a deadlock's victim", "40P01"],
  ] as const) {
    test(`${what} is run again, its effects once`, async () => {
      await using bench = await openBench()
      await stumble(bench, state, 2)
      let runs = 0
      const effects: string[] = []
      await write(bench, async (tx, after) => {
        runs += 1
        after(() => effects.push("done"))
        await mark(tx, { name: "Ana" })
      })
      expect({ runs, effects, names: await bench.names() }).toEqual({ runs: 3, effects: ["done"], names: ["Ana"] })
    })
  }

  test("any other failure is not run again, and the connection goes on", async () => {
    await using bench = await openBench()
    await stumble(bench, "23514", 1)
    expect(await fate(write(bench, (tx) => mark(tx, { name: "Ana" })))).toBe("stumbled")
    for (let n = 0; n < 2 * lanes; n++) await write(bench, (tx) => mark(tx, { name: `n${n}` }))
    expect(await bench.names()).toHaveLength(2 * lanes)
  })

  test("two writes that wait for each other's rows both come through", async () => {
    await using bench = await openBench()
    const ids = [1, 2]
    for (const n of ids) await write(bench, (tx) => mark(tx, { name: `n${n}` }))
    const held = Promise.withResolvers<void>()
    let holding = 0
    const cross = (first: number, second: number) =>
      write(bench, async (tx) => {
        await lockRow(tx, marks, first)
        if (++holding === 2) held.resolve()
        await held.promise
        await lockRow(tx, marks, second)
      })
    expect(await Promise.all([fate(cross(1, 2)), fate(cross(2, 1))])).toEqual(["kept", "kept"])
    expect(holding).toBe(3)
  })

  test("a connection ended before COMMIT costs a repetition", async () => {
    await using bench = await openBench()
    let runs = 0
    await write(bench, async (tx) => {
      runs += 1
      await mark(tx, { name: "Ana" })
      if (runs === 1) expect(await endConnections(bench, "state = 'idle in transaction'")).toBe(1)
      await mark(tx, { name: "Bo" })
    })
    expect(runs).toBe(2)
    expect(await bench.names()).toEqual(["Ana", "Bo"])
  })

  test("a connection lost during COMMIT is not repeated: nobody knows what came of it", async () => {
    await using bench = await openBench()
    await bench.beside(`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(10); RETURN NULL; END $$`)
    await bench.beside(`CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON marks DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION dawdle()`)
    let runs = 0
    const effects: string[] = []
    const committing = fate(
      write(bench, async (tx, after) => {
        runs += 1
        after(() => effects.push("done"))
        await mark(tx, { name: "Ana" })
      }),
    )
    await until(async () => (await endConnections(bench, "query = 'COMMIT' AND wait_event = 'PgSleep'")) === 1)
    expect(await committing).toMatch(/terminating connection/)
    expect({ runs, effects, names: await bench.names() }).toEqual({ runs: 1, effects: [], names: [] })
    await bench.beside("DROP TRIGGER dawdle ON marks")
    expect(await fate(write(bench, (tx) => mark(tx, { name: "Bo" })))).toBe("kept")
  })

  test("when every lane is busy the others queue, and all come through", async () => {
    await using bench = await openBench()
    const gate = Promise.withResolvers<void>()
    const all = Array.from({ length: 60 }, (_, n) =>
      write(bench, async (tx) => {
        await gate.promise
        await mark(tx, { name: `n${n}` })
      }),
    )
    await until(() => bench.db.statistics().queued === 60 - lanes)
    gate.resolve()
    await Promise.all(all)
    expect(bench.db.statistics()).toEqual({ queued: 0, commits: 60, writes: 60 })
    expect(await bench.names()).toHaveLength(60)
  })

  test("after every idle connection was ended, the next write and the next read come through", async () => {
    await using bench = await openBench()
    const fill = (round: string) =>
      Promise.all(
        Array.from({ length: lanes }, (_, n) =>
          Promise.all([
            write(bench, (tx) => mark(tx, { name: `${round} ${n}` })),
            bench.db.read.select().from(marks).limit(1),
          ]),
        ),
      )
    await fill("before")
    expect(await endConnections(bench, "true")).toBeGreaterThanOrEqual(lanes)
    expect(await fate(write(bench, (tx) => mark(tx, { name: "Ana" })))).toBe("kept")
    await fill("after")
    expect(await bench.names()).toHaveLength(2 * lanes + 1)
  })

  test("a read whose connection is ended is asked again", async () => {
    await using bench = await openBench()
    await write(bench, (tx) => mark(tx, { name: "Ana" }))
    await bench.beside("BEGIN")
    await bench.beside("LOCK TABLE marks")
    const reading = bench.db.read.select().from(marks)
    const read = reading.then((rows) => rows.length)
    const endBlocked = `SELECT pg_terminate_backend(pid) FROM pg_locks
      WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
    await until(async () => (await bench.beside(endBlocked)).length === 1)
    await bench.beside("COMMIT")
    expect(await read).toBe(1)
  })

  test("with the line cut, queued writes fail or wait, none hangs; mended, all goes on", async () => {
    using line = layLine(process.env["DATABASE_URL"] ?? "")
    await using bench = await openBench(line.through)
    const gate = Promise.withResolvers<void>()
    let entered = 0
    const all = Array.from({ length: 5 * lanes }, (_, n) =>
      fate(
        write(bench, async (tx) => {
          entered += 1
          await gate.promise
          await mark(tx, { name: `n${n}` })
        }),
      ),
    )
    await until(() => entered === lanes)
    line.cut()
    gate.resolve()
    expect(await Promise.all(all)).toEqual(Array(5 * lanes).fill("server.busy"))
    expect(await bench.names()).toEqual([])

    const patient = fate(write(bench, (tx) => mark(tx, { name: "Ana" })))
    await Bun.sleep(0)
    line.mend()
    expect(await patient).toBe("kept")
    const after = Array.from({ length: 3 * lanes }, (_, n) => write(bench, (tx) => mark(tx, { name: `after ${n}` })))
    await Promise.all(after)
    expect(await bench.names()).toHaveLength(3 * lanes + 1)
  }, 30_000)
})

/** Makes the next inserts fail with a state; a sequence counts them, since no rollback takes its numbers back. */
async function stumble(bench: Bench, state: string, times: number) {
  await bench.beside("CREATE SEQUENCE stumbles")
  await bench.beside(`CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('stumbles') <= ${times} THEN RAISE EXCEPTION 'stumbled' USING ERRCODE = '${state}'; END IF;
    RETURN NEW; END $$`)
  await bench.beside("CREATE TRIGGER stumble BEFORE INSERT ON marks FOR EACH ROW EXECUTE FUNCTION stumble()")
}

/** Ends the database's connections that fit, and tells how many there were. */
async function endConnections(bench: Bench, which: string): Promise<number> {
  const ended = await bench.beside(`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND ${which}`)
  return ended.length
}
