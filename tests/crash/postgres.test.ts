import { describe, expect, test } from "bun:test"
import { SQL } from "bun"
import { engine } from "../../src/db/kit.ts"
import type { Home } from "../support/app.ts"
import { startProgram } from "../support/process.ts"
import { expectKept, expectWhole, homeOfItsOwn, untilDelivered } from "./inspection.ts"
import { Promises } from "./promises.ts"
import { registerCast, startStorm } from "./storm.ts"

const cuts = 5

describe.if(engine === "postgres")("on Postgres", () => {
  test("with all its connections cut five times in a storm, the server goes on and keeps its word", async () => {
    await using home = await homeOfItsOwn()
    const promises = new Promises()
    await using program = await startProgram(home.env)
    await registerCast(program.url, promises)
    const storm = startStorm(program.url, promises)
    for (let cut = 1; cut <= cuts; cut++) {
      await promises.further(40 + Math.floor(Math.random() * 40))
      expect(await cutConnections(home)).toBeGreaterThan(0)
    }
    await promises.further(100)
    await storm.stop()

    await expectKept(program.url, promises)
    await untilDelivered(home)
    await expectWhole(home)
    expect(program.logged()).not.toContain("write given up")
  }, 600_000)
})

/** Ends every connection to the database but the one that asks, and tells how many there were. */
async function cutConnections(home: Home): Promise<number> {
  await using connection = new SQL(home.env["DATABASE_URL"] ?? "", { max: 1 })
  const cut = await connection`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`
  return cut.length
}
