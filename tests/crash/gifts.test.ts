import { describe, expect, test } from "bun:test"
import { engine } from "../../src/db/kit.ts"
import type { Home } from "../support/app.ts"
import { runProgram, startProgram } from "../support/process.ts"
import { GiftStorm } from "./gift_storm.ts"
import { expectWhole, homeOfItsOwn, rowsOf, untilDelivered } from "./inspection.ts"

const rounds = 20
const minute = 60_000

/** Every acknowledged gift is there once, none is half there, and the ledger is proven. */
async function expectExact(home: Home, storm: GiftStorm): Promise<number[]> {
  const given = (await rowsOf(home, "SELECT id FROM gifts ORDER BY id")).map(({ id }) => Number(id))
  expect(given).toHaveLength(storm.acknowledged.size)
  const audit = await runProgram(["audit"], home.env)
  expect({ code: audit.code, printed: audit.code === 0 ? "" : audit.printed }).toEqual({ code: 0, printed: "" })
  await expectWhole(home)
  return given
}

test(
  "killed twenty times in a storm of gifts, the server keeps each once, and the room hears of every one",
  async () => {
    await using home = await homeOfItsOwn()
    const env = { ...home.env, HOST_GRACE: "600" }
    let program = await startProgram(env)
    try {
      const storm = await GiftStorm.gather(env)
      await storm.openRoom(program.url)
      await storm.watch(program.url)
      for (let round = 1; round <= rounds; round++) {
        const raging = storm.rage(program.url)
        await storm.further(20 + Math.floor(Math.random() * 60))
        program.kill("SIGKILL")
        await Promise.all([program.exited, raging])
        storm.listen()

        program = await startProgram(env)
        await storm.watch(program.url)
        await storm.clearUp(program.url)
        await storm.hears(await expectExact(home, storm))
      }
    } finally {
      program.kill("SIGKILL")
      await program.exited
    }
  },
  10 * minute,
)

describe.if(engine === "postgres")("on Postgres", () => {
  test(
    "with Postgres itself killed in a storm of gifts, the server goes on and keeps each once",
    async () => {
      await using home = await homeOfItsOwn()
      const env = { ...home.env, HOST_GRACE: "600" }
      await using program = await startProgram(env)
      const storm = await GiftStorm.gather(env)
      await storm.openRoom(program.url)
      await storm.watch(program.url)
      for (let round = 1; round <= 5; round++) {
        const raging = storm.rage(program.url)
        await storm.further(30 + Math.floor(Math.random() * 60))
        await killPostgres(home)
        await storm.further(100)
        storm.calm()
        await raging
        await storm.clearUp(program.url)
      }
      await untilDelivered(home)
      await storm.hears(await expectExact(home, storm))
    },
    10 * minute,
  )
})

/** A backend that is killed takes all of Postgres down, which then recovers from its log. */
async function killPostgres(home: Home): Promise<void> {
  const [victim] = await rowsOf(
    home,
    `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
  )
  process.kill(Number(victim?.["pid"]), "SIGKILL")
}
