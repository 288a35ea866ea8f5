import { Database as SqliteFile } from "bun:sqlite"
import { describe, expect, test } from "bun:test"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { startCheckpointer } from "../../src/db/checkpoint.ts"
import { engine } from "../../src/db/kit.ts"
import { openDatabase } from "../../src/db/open.ts"
import { write } from "../../src/db/write.ts"
import { mark, marks, openBench, until } from "./bench.ts"

const kilobyte = 1024
const megabyte = 1024 * kilobyte

const files = (folder: string) => readdirSync(folder).filter((name) => name.startsWith("mili.db"))
/** How often the log was begun anew: its header counts. */
const turnOf = (path: string) => readFileSync(`${path}-wal`).readUInt32BE(12)

const bytes = (path: string) => statSync(path, { throwIfNoEntry: false })?.size ?? 0

describe.if(engine === "sqlite")("the write-ahead log", () => {
  test("is folded into the file within a second or so", async () => {
    await using bench = await openBench()
    const path = join(bench.home.dataDir, "mili.db")
    const before = bytes(path)
    await write(bench, (tx) => mark(tx, { name: "x".repeat(300 * kilobyte) }))
    await until(() => bytes(path) > before + 300 * kilobyte)
  })

  for (const [when, waits] of [
    ["before its first checkpoint", false],
    ["after one", true],
  ] as const) {
    test(`is gone once the database is closed ${when}`, async () => {
      await using bench = await openBench()
      const { dataDir } = bench.home
      const path = join(dataDir, "mili.db")
      const db = await openDatabase({ databaseUrl: undefined, dataDir, log: bench.log, onFatal: () => {} })
      // Everything that keeps a statement open: prepared and built ones, on both handles.
      await write({ ...bench, db }, async (tx) => {
        await mark(tx, { name: "x".repeat(300 * kilobyte) })
        await tx.select().from(marks).limit(1)
      })
      await db.read.select().from(marks).limit(1)
      if (waits) await until(() => bytes(path) > 300 * kilobyte)
      await bench.db.close()
      await bench.disconnect()
      expect(files(dataDir).length).toBeGreaterThan(1)
      await db.close()
      expect(files(dataDir)).toEqual(["mili.db"])
    })
  }

  test("is started over once it is too long, as soon as its readers let go", async () => {
    await using bench = await openBench()
    const path = join(bench.home.dataDir, "mili.db")
    const file = new SqliteFile(path)
    file.run("PRAGMA wal_autocheckpoint = 0")
    // A reset holds the write lock for a moment.
    file.run("PRAGMA busy_timeout = 5000")
    const reader = new SqliteFile(path, { readonly: true })
    reader.run("BEGIN")
    reader.query("SELECT count(*) FROM marks").get()

    const checkpointer = startCheckpointer(path, bench.log, { pause: 1, logMax: megabyte })
    for (let n = 0; n < 3; n++) file.run("INSERT INTO marks (name) VALUES (?)", [`${n}${"x".repeat(megabyte)}`])
    expect(bytes(`${path}-wal`)).toBeGreaterThan(3 * megabyte)
    checkpointer.logGrew()
    await until(() => bytes(path) > 0)
    expect(bytes(`${path}-wal`)).toBeGreaterThan(3 * megabyte)
    const [before, length] = [turnOf(path), bytes(`${path}-wal`)]
    file.run("INSERT INTO marks (name) VALUES ('while it is read')")
    expect(turnOf(path)).toBe(before)
    reader.run("COMMIT")
    await until(() => {
      file.run("INSERT INTO marks (name) VALUES (?)", [crypto.randomUUID()])
      return turnOf(path) > before
    })
    expect(bytes(path)).toBeGreaterThan(3 * megabyte)
    expect(bytes(`${path}-wal`)).toBeLessThan(length + megabyte)
    await checkpointer.stop()
    reader.close()
    file.close()
  })

  test("a checkpoint that fails is reported and does not keep the database from closing", async () => {
    await using bench = await openBench()
    const checkpointer = startCheckpointer(join(bench.home.dataDir, "no such folder", "mili.db"), bench.log, {
      pause: 1,
      logMax: megabyte,
    })
    checkpointer.logGrew()
    await until(() => bench.logged.some((line) => line.includes("checkpoint failed")))
    await checkpointer.stop()
  })
})
