import { Database as SqliteFile } from "bun:sqlite"
import { describe, expect, test } from "bun:test"
import { join } from "node:path"
import { SQL } from "bun"
import { engine } from "../../src/db/kit.ts"
import { migratePostgres, migrateSqlite } from "../../src/db/migrate.ts"
import { type Migration, migrations } from "../../src/db/migrations/list.ts"
import { openDatabase } from "../../src/db/open.ts"
import { createLog } from "../../src/log.ts"
import { freshHome, type Home } from "../support/app.ts"
import { runProgram } from "../support/process.ts"
import { fate, neighbour } from "./bench.ts"
import { holdLock } from "./lock_holder.ts"

const known = migrations[engine]

/** A home, migrated or empty, and a connection to it. */
async function openHome({ empty }: { empty: boolean }) {
  const home = await freshHome()
  let there = neighbour(home)
  if (empty && engine === "postgres") await there.run("DROP SCHEMA public CASCADE")
  if (empty && engine === "postgres") await there.run("CREATE SCHEMA public")
  if (empty && engine === "sqlite") {
    await there.close()
    await Bun.file(join(home.dataDir, "mili.db")).delete()
    there = neighbour(home)
  }
  return {
    home,
    run: there.run,
    names: async () => (await there.run("SELECT name FROM migrations ORDER BY name")).map(({ name }) => name),
    async [Symbol.asyncDispose]() {
      await there.close()
      await home.remove()
    },
  }
}

async function migrate(home: Home, list: Migration[]): Promise<void> {
  if (engine === "postgres") {
    await using pool = new SQL(home.env["DATABASE_URL"] ?? "", { max: 1 })
    return await migratePostgres(pool, list)
  }
  const file = new SqliteFile(join(home.dataDir, "mili.db"))
  file.run("PRAGMA foreign_keys = ON")
  try {
    migrateSqlite(file, list)
    expect(file.query("PRAGMA foreign_keys").get()).toEqual({ foreign_keys: 1 })
  } finally {
    file.close()
  }
}

const next = (name: string, ...statements: string[]): Migration => ({
  name,
  sql: statements.join("\n--> statement-breakpoint\n"),
})

describe("migrations", () => {
  test("a fresh database gets all, and the next start has nothing to do", async () => {
    await using at = await openHome({ empty: true })
    await migrate(at.home, known)
    const [first] = await at.run("SELECT * FROM migrations")
    await migrate(at.home, known)
    expect(await at.names()).toEqual(known.map(({ name }) => name))
    expect((await at.run("SELECT * FROM migrations"))[0]).toEqual(first as never)
    expect(await at.run("SELECT count(*) AS n FROM users")).toHaveLength(1)
  })

  test("only what is new is applied, in order", async () => {
    await using at = await openHome({ empty: false })
    const newer = [
      next("0101_a", "CREATE TABLE added (n integer)", "INSERT INTO added VALUES (1)"),
      next("0102_b", "UPDATE added SET n = n + 1"),
    ]
    await migrate(at.home, [...known, ...newer])
    expect(await at.run("SELECT n FROM added")).toEqual([{ n: 2 }])
    expect(await at.names()).toEqual([...known, ...newer].map(({ name }) => name))
  })

  test("one that fails leaves nothing of itself, nor of those before it", async () => {
    await using at = await openHome({ empty: false })
    const broken = [
      next("0101_a", "CREATE TABLE added (n integer)"),
      next("0102_b", "INSERT INTO added VALUES (1)", "INSERT INTO missing VALUES (1)"),
    ]
    expect(await fate(migrate(at.home, [...known, ...broken]))).toMatch(/missing/)
    expect(await fate(at.run("SELECT n FROM added"))).toMatch(/added/)
    expect(await at.names()).toEqual(known.map(({ name }) => name))
    await migrate(at.home, known)
  })

  test("a database newer than the program is refused, and the program ends and says why", async () => {
    await using at = await openHome({ empty: false })
    await at.run("INSERT INTO migrations (name, applied_at) VALUES ('9999_from_the_future', 1)")
    for (const command of ["migrate", "serve"]) {
      const { code, errors } = await runProgram([command], at.home.env)
      expect({ command, code, errors }).toEqual({
        command,
        code: 1,
        errors: expect.stringContaining("9999_from_the_future"),
      })
    }
  })

  test("five programs that start at once on an empty database migrate it once", async () => {
    await using at = await openHome({ empty: true })
    const ends = await Promise.all(Array.from({ length: 5 }, () => runProgram(["migrate"], at.home.env)))
    expect(ends).toEqual(Array(5).fill({ code: 0, errors: "", printed: "The database is up to date.\n" }))
    expect(await at.names()).toEqual(known.map(({ name }) => name))
  }, 30_000)

  test.if(engine === "postgres")("copies that find the same work to do take turns", async () => {
    await using at = await openHome({ empty: false })
    const slow = next("0101_slow", "SELECT pg_sleep(0.1)", "CREATE TABLE added (n integer)")
    await Promise.all(Array.from({ length: 3 }, () => migrate(at.home, [...known, slow])))
    expect(await at.names()).toContain("0101_slow")
  })

  test.if(engine === "sqlite")("a start waits for another program that holds a file not yet in use", async () => {
    await using at = await openHome({ empty: true })
    const { dataDir } = at.home
    await using _lock = await holdLock(dataDir, { milliseconds: 200 })
    const db = await openDatabase({ databaseUrl: undefined, dataDir, log: createLog(() => {}), onFatal: () => {} })
    await db.close()
    expect(await at.names()).toEqual(known.map(({ name }) => name))
  })

  test.if(engine === "postgres")("a migration may take longer than a statement of a write may", async () => {
    await using at = await openHome({ empty: false })
    await using pool = new SQL(at.home.env["DATABASE_URL"] ?? "", { max: 1, connection: { statement_timeout: 100 } })
    const slow = next("0101_slow", "SELECT pg_sleep(0.3)")
    await migratePostgres(pool, [...known, slow])
    expect(await at.names()).toContain("0101_slow")
  })
})

describe.if(engine === "sqlite")("a table rebuilt on SQLite", () => {
  const parents = next(
    "0101_parents",
    "CREATE TABLE parents (id integer PRIMARY KEY) STRICT",
    "CREATE TABLE children (id integer PRIMARY KEY, parent integer REFERENCES parents(id) ON DELETE CASCADE) STRICT",
    "INSERT INTO parents VALUES (1)",
    "INSERT INTO children VALUES (10, 1)",
  )
  const rebuild = (filling: string) =>
    next(
      "0102_rebuild",
      "CREATE TABLE new_parents (id integer PRIMARY KEY, name text DEFAULT '' NOT NULL) STRICT",
      `INSERT INTO new_parents (id) ${filling}`,
      "DROP TABLE parents",
      "ALTER TABLE new_parents RENAME TO parents",
    )

  test("keeps the rows that point at it", async () => {
    await using at = await openHome({ empty: false })
    await migrate(at.home, [...known, parents])
    await migrate(at.home, [...known, parents, rebuild("SELECT id FROM parents")])
    expect(await at.run("SELECT * FROM children")).toEqual([{ id: 10, parent: 1 }])
  })

  test("is undone when it leaves a row that points nowhere", async () => {
    await using at = await openHome({ empty: false })
    await migrate(at.home, [...known, parents])
    const lossy = rebuild("SELECT id FROM parents WHERE id > 1")
    expect(await fate(migrate(at.home, [...known, parents, lossy]))).toBe("A migration broke a foreign key.")
    expect(await at.run("SELECT * FROM parents")).toEqual([{ id: 1 }])
  })
})
