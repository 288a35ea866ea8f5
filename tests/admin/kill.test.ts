import { expect, setDefaultTimeout, test } from "bun:test"
import { audited } from "../audit/forger.ts"
import { call } from "../crash/client.ts"
import { homeOfItsOwn, rowsOf } from "../crash/inspection.ts"
import type { Home } from "../support/app.ts"
import { runProgram, startProgram } from "../support/process.ts"

setDefaultTimeout(240_000)

const token = "0123456789-the-operator-0123456789"
const rounds = 5

const countIn = async (home: Home, statement: string) => Number((await rowsOf(home, statement))[0]?.["n"])

/** What was acknowledged, by its reason. */
class Acknowledged extends Set<string> {
  private waiting: { size: number; resolve(): void } | undefined

  override add(why: string): this {
    super.add(why)
    if (this.waiting && this.size >= this.waiting.size) this.waiting.resolve()
    return this
  }

  /** Resolves after so many more. */
  further(n: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting = { size: this.size + n, resolve }
    })
  }
}

/** Suspends everybody in turn, again and again, from eight sides, until the server is gone. */
async function storm(url: string, people: number[], acknowledged: Acknowledged): Promise<void> {
  const side = async (from: number) => {
    for (let n = from; ; n += 8) {
      const oid = people[n % people.length]
      const why = `storm ${crypto.randomUUID()}`
      try {
        const { ErrCode } = await call(url, "POST", "/admin/forbid_user_power", {
          token,
          oid,
          forbid: 2,
          forbid_time: 1,
          why,
        })
        if (ErrCode === 0) acknowledged.add(why)
      } catch {
        return
      }
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, from) => side(from)))
}

test("killed five times among an operator's acts, the server has written down each that it did, and none that it did not", async () => {
  await using home = await homeOfItsOwn()
  const env = { ...home.env, ADMIN_TOKEN: token, RATE_LIMITS: "off" }
  const acknowledged = new Acknowledged()
  let program = await startProgram(env)
  try {
    const { printed } = await runProgram(["admin", "mint", "20"], env)
    const people = printed
      .trim()
      .split("\n")
      .map((line) => Number(line.split(" ")[0]))
    for (let round = 1; round <= rounds; round++) {
      const raging = storm(program.url, people, acknowledged)
      await acknowledged.further(30 + Math.floor(Math.random() * 60))
      program.kill("SIGKILL")
      await Promise.all([program.exited, raging])

      const bans = await rowsOf(home, "SELECT id, why FROM bans")
      const told = await countIn(home, "SELECT count(*) AS n FROM audit_log WHERE act = 'user.ban'")
      expect(told).toBe(bans.length)
      const kept = new Set(bans.map(({ why }) => why))
      expect([...acknowledged].filter((why) => !kept.has(why))).toEqual([])
      expect(await audited(home)).toMatchObject({ code: 0, wrong: [] })
      program = await startProgram(env)
    }
  } finally {
    program.kill("SIGKILL")
    await program.exited
  }
})
