import { Database as SqliteFile } from "bun:sqlite"
import { expect, setDefaultTimeout, test } from "bun:test"
import { join } from "node:path"
import { SQL } from "bun"
import { engine } from "../../src/db/kit.ts"
import { migratePostgres, migrateSqlite } from "../../src/db/migrate.ts"
import { type Migration, migrations } from "../../src/db/migrations/list.ts"
import { homeOfItsOwn } from "../crash/inspection.ts"
import { neighbour } from "../db/bench.ts"
import type { Home } from "../support/app.ts"
import { runProgram } from "../support/process.ts"
import { audited, forge } from "./forger.ts"

setDefaultTimeout(60_000)

async function migrate(home: Home, list: Migration[]): Promise<void> {
  if (engine === "postgres") {
    await using pool = new SQL(home.env["DATABASE_URL"] ?? "", { max: 1 })
    return await migratePostgres(pool, list)
  }
  const file = new SqliteFile(join(home.dataDir, "mili.db"))
  try {
    migrateSqlite(file, list)
  } finally {
    file.close()
  }
}

/** A database as it was before the log was a chain, with two acts in it. */
async function oldHome(home: Home): Promise<void> {
  if (engine === "sqlite") await Bun.file(join(home.dataDir, "mili.db")).delete()
  const before = () => neighbour(home)
  const there = before()
  if (engine === "postgres") {
    await there.run("DROP SCHEMA public CASCADE")
    await there.run("CREATE SCHEMA public")
  }
  await there.close()
  await migrate(
    home,
    migrations[engine].filter(({ name }) => name < "0014"),
  )
  const filled = before()
  for (const target of ["one", "two"]) {
    await filled.run(
      `INSERT INTO audit_log (at, actor, act, target, detail) VALUES (1, 'cli', 'test', '${target}', '{}')`,
    )
  }
  await filled.close()
}

test("acts from before the chain are counted, and the chain begins after them", async () => {
  await using home = await homeOfItsOwn()
  await oldHome(home)
  await migrate(home, migrations[engine])
  expect(await audited(home)).toMatchObject({ code: 0, wrong: [] })
  expect((await runProgram(["admin", "switch", "cash", "on"], home.env)).code).toBe(0)
  expect((await runProgram(["audit"], home.env)).printed).toMatch(/log has 1 act and ends with [0-9a-f]{64}\./)
  await forge(home, ["DELETE FROM audit_log WHERE target = 'one'"])
  expect(await audited(home)).toMatchObject({ code: 1, wrong: ["the operators' log is unbroken"] })
})
