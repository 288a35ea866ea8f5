import { describe, expect, test } from "bun:test"
import { engine } from "../../src/db/kit.ts"
import type { Db } from "../../src/db/query.ts"
import { write } from "../../src/db/write.ts"
import { refuse } from "../../src/refusal.ts"
import { fate, mark, marks, openBench, orphan, until } from "./bench.ts"
import { openGroup } from "./group.ts"
import { holdLock } from "./lock_holder.ts"

describe.if(engine === "sqlite")("group commit", () => {
  test("sixty-four writes at once share a commit or two", async () => {
    await using bench = await openBench()
    const before = bench.db.statistics()
    await Promise.all(Array.from({ length: 64 }, (_, n) => write(bench, (tx) => mark(tx, { name: `n${n}` }))))
    const { commits, writes, queued } = bench.db.statistics()
    expect({ writes: writes - before.writes, queued }).toEqual({ writes: 64, queued: 0 })
    expect(commits - before.commits).toBeLessThanOrEqual(2)
  })

  test("writes of many clients that call at once share commits, though each comes by a socket of its own", async () => {
    await using bench = await openBench()
    await using server = Bun.serve({
      port: 0,
      async fetch() {
        await write(bench, (tx) => mark(tx, { name: crypto.randomUUID() }))
        return new Response()
      },
    })
    const before = bench.db.statistics()
    const client = async () => {
      for (let n = 0; n < 10; n++) await (await fetch(server.url)).bytes()
    }
    await Promise.all(Array.from({ length: 64 }, client))
    const { commits, writes } = bench.db.statistics()
    expect(writes - before.writes).toBe(640)
    expect((writes - before.writes) / (commits - before.commits)).toBeGreaterThan(4)
  })

  test("a body that waits for a timer or the network is caught, and its neighbours commit", async () => {
    await using bench = await openBench()
    const over = Promise.withResolvers<void>()
    // An answer that is there in the same turn would be none to wait for.
    await using server = Bun.serve({ port: 0, fetch: () => over.promise.then(() => new Response("late")) })
    const waits = {
      timer: () => Bun.sleep(1),
      immediate: () => new Promise((resolve) => setImmediate(resolve)),
      network: () => fetch(server.url),
      never: () => new Promise(() => {}),
    }
    const fates = await Promise.all([
      fate(write(bench, (tx) => mark(tx, { name: "Ana" }))),
      ...Object.entries(waits).map(([name, wait]) =>
        fate(
          write(bench, async (tx) => {
            await mark(tx, { name })
            await wait()
            await mark(tx, { name: `${name}, late` })
          }),
        ),
      ),
      fate(write(bench, (tx) => mark(tx, { name: "Bo" }))),
    ])
    over.resolve()
    const caught = "A write waited for something other than its own statements."
    expect(fates).toEqual(["kept", caught, caught, caught, caught, "kept"])
    expect(await bench.names()).toEqual(["Ana", "Bo"])
  })

  test("when a commit fails the bodies run again, and their effects once", async () => {
    await using bench = await openBench()
    const runs = { Ana: 0, Bo: 0 }
    const effects: string[] = []
    const add = (name: "Ana" | "Bo") =>
      write(bench, async (tx, after) => {
        runs[name] += 1
        after(() => effects.push(name))
        await mark(tx, { name })
      })
    await Promise.all([add("Ana"), fate(write(bench, (tx) => orphan(tx, { name: "nobody's" }))), add("Bo")])
    expect(runs).toEqual({ Ana: 2, Bo: 2 })
    expect(effects.sort()).toEqual(["Ana", "Bo"])
  })

  test("a swarm of refusals has every body run once, and one refusal now and then slows down few", async () => {
    await using group = openGroup()
    let runs = 0
    let names = 0
    /** Three writes of one batch, the last of which may be refused. @returns how often bodies were run */
    const batch = async (isRefused: boolean) => {
      const before = runs
      const bodies = [false, false, isRefused].map((refused) =>
        group.write(async (tx) => {
          runs += 1
          await mark(tx, { name: `n${names++}` })
          if (refused) refuse("gift.unknown")
        }),
      )
      expect(await Promise.all(bodies.map(fate))).toEqual(["kept", "kept", isRefused ? "gift.unknown" : "kept"])
      return runs - before
    }
    expect(await batch(true)).toBe(6)
    for (let n = 0; n < 20; n++) expect(await batch(true)).toBe(3)
    for (let n = 0; n < 8; n++) await batch(false)
    // It was tried without savepoints.
    expect(await batch(true)).toBe(6)
  })

  test("a full disk fails who needs room and nobody after", async () => {
    await using group = openGroup()
    group.file.run(`PRAGMA max_page_count = ${group.pages() + 4}`)
    const long = "x".repeat(200_000)
    const fates = await Promise.all(["Ana", long, "Bo"].map((name) => fate(group.write((tx) => mark(tx, { name })))))
    expect(fates).toEqual(["kept", "database or disk is full", "kept"])
    expect(group.names()).toEqual(["Ana", "Bo"])
  })

  test("a body that goes on after SQLite has ended the transaction fails, and its neighbours are written once", async () => {
    await using group = openGroup()
    // As some failures of a disk do.
    group.file.run(`CREATE TRIGGER failure BEFORE INSERT ON marks WHEN new.name = 'too much'
      BEGIN SELECT RAISE(ROLLBACK, 'the disk failed'); END`)
    const careless = async (tx: Db) => {
      await mark(tx, { name: "too much" }).catch(() => {})
    }
    const ana = fate(group.write((tx) => mark(tx, { name: "Ana" })))
    const failing = fate(group.write(careless))
    const others = ["Bo", "Cai"].map((name) => fate(group.write((tx) => mark(tx, { name }))))
    expect(await Promise.all([ana, failing, ...others])).toEqual([
      "kept",
      "A write went on after SQLite had ended its transaction.",
      "kept",
      "kept",
    ])
    expect(group.names()).toEqual(["Ana", "Bo", "Cai"])
  })

  test("nothing is written without a transaction, whatever a body makes of its end", async () => {
    await using bench = await openBench()
    await bench.beside(`CREATE TRIGGER failure BEFORE INSERT ON marks WHEN new.name = 'too much'
      BEGIN SELECT RAISE(ROLLBACK, 'the disk failed'); END`)
    const careless = write(bench, async (tx) => {
      await mark(tx, { name: "too much" }).catch(() => {})
      await mark(tx, { name: "all the same" })
    })
    expect(await fate(careless)).toMatch(/transaction/)
    expect(await fate(write(bench, (tx) => mark(tx, { name: "Ana" })))).toBe("kept")
    expect(await bench.names()).toEqual(["Ana"])
  })

  test("while another process holds the database, writes wait and the loop runs on", async () => {
    await using bench = await openBench()
    await using lock = await holdLock(bench.home.dataDir)
    const waiting = Promise.all(["Ana", "Bo"].map((name) => write(bench, (tx) => mark(tx, { name }))))
    let turns = 0
    let slowest = 0
    for (let last = performance.now(); turns < 200; turns++) {
      await Bun.sleep(0)
      slowest = Math.max(slowest, performance.now() - last)
      last = performance.now()
    }
    expect(slowest).toBeLessThan(150)
    expect(await bench.db.read.$count(marks)).toBe(0)
    await lock.release()
    await waiting
    expect(await bench.names()).toEqual(["Ana", "Bo"])
  })

  test("nobody waits for ever: those behind are refused as soon as the first is, and later ones get in", async () => {
    const busyMax = 100
    await using group = openGroup({ busyMax })
    const other = group.neighbour()
    other.run("BEGIN IMMEDIATE")
    const batches = 10
    const many = Array.from({ length: batches * 256 }, (_, n) => fate(group.write((tx) => mark(tx, { name: `n${n}` }))))
    const began = performance.now()
    expect(new Set(await Promise.all(many))).toEqual(new Set(["server.busy"]))
    expect(performance.now() - began).toBeLessThan((busyMax * batches) / 2)
    other.run("ROLLBACK")
    expect(await fate(group.write((tx) => mark(tx, { name: "Ana" })))).toBe("kept")
    other.run("BEGIN IMMEDIATE")
    const patient = group.write((tx) => mark(tx, { name: "Bo" }))
    await Bun.sleep(0)
    other.run("ROLLBACK")
    expect(await fate(patient)).toBe("kept")
    expect(group.names()).toEqual(["Ana", "Bo"])
  })

  test("a full queue turns writes away", async () => {
    await using group = openGroup({ queueMax: 10 })
    const fates = Array.from({ length: 15 }, (_, n) =>
      fate((async () => group.write((tx) => mark(tx, { name: `n${n}` })))()),
    )
    expect(await Promise.all(fates)).toEqual([...Array(10).fill("kept"), ...Array(5).fill("server.busy")])
  })

  test("nobody is answered before the log is on disk, and what comes meanwhile shares the next commit and sync", async () => {
    const { syncs, sync } = heldSyncs()
    await using group = openGroup({ sync })
    const answered: string[] = []
    const add = (name: string) => group.write((tx) => mark(tx, { name })).then(() => answered.push(name))
    const first = add("Ana")
    await until(() => syncs.length === 1)
    expect(group.names()).toEqual(["Ana"])
    const others = [add("Bo"), add("Cai")]
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    expect(group.names()).toEqual(["Ana"])
    expect(answered).toEqual([])

    syncs[0]?.resolve()
    await first
    expect(answered).toEqual(["Ana"])
    await until(() => syncs.length === 2)
    expect(group.names()).toEqual(["Ana", "Bo", "Cai"])
    expect(answered).toEqual(["Ana"])
    syncs[1]?.resolve()
    await Promise.all(others)
    expect(answered).toEqual(["Ana", "Bo", "Cai"])
    expect(syncs).toHaveLength(2)
    expect(group.statistics().commits).toBe(2)
  })

  test("many do not wait for a slow disk before they run, and who is refused is told at once", async () => {
    const { syncs, sync } = heldSyncs()
    await using group = openGroup({ sync })
    const answered: string[] = []
    const add = (name: string) => group.write((tx) => mark(tx, { name })).then(() => answered.push(name))
    const all = [add("Ana")]
    await until(() => syncs.length === 1)
    const refused = fate(group.write(async () => refuse("gift.unknown")))
    for (let n = 0; n < 60; n++) all.push(add(`n${n}`))
    expect(await refused).toBe("gift.unknown")
    expect(group.names()).toHaveLength(61)
    expect(answered).toEqual([])
    syncs[0]?.resolve()
    await until(() => syncs.length === 2)
    expect(answered).toEqual(["Ana"])
    syncs[1]?.resolve()
    await Promise.all(all)
    expect(syncs).toHaveLength(2)
  })

  test("a failed sync is fatal, and nobody is answered any more", async () => {
    const fatal: unknown[] = []
    const broken = new Error("the disk is gone")
    await using group = openGroup({ sync: () => Promise.reject(broken), onFatal: (error) => fatal.push(error) })
    const answered: string[] = []
    const add = (name: string) => void group.write((tx) => mark(tx, { name })).finally(() => answered.push(name))
    add("Ana")
    await until(() => fatal.length > 0)
    add("Bo")
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    expect(fatal).toEqual([broken])
    expect(answered).toEqual([])
  })
})

/** Syncs of a disk that is done with each when the story says so. */
function heldSyncs() {
  const syncs: PromiseWithResolvers<void>[] = []
  const sync = () => {
    const one = Promise.withResolvers<void>()
    syncs.push(one)
    return one.promise
  }
  return { syncs, sync }
}
