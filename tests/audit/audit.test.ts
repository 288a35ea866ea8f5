import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { freshHome, type Home, startApp } from "../support/app.ts"
import { runProgram } from "../support/process.ts"
import { type Days, twoDays } from "./days.ts"
import { audited, copyOf, forge } from "./forger.ts"
import { forgeries } from "./forgeries.ts"

let home: Home
let days: Days

describe("a ledger", () => {
  beforeAll(async () => {
    home = await freshHome()
    await using app = await startApp(home.env)
    days = await twoDays(app)
    // Beside the running server, as an operator would.
    const { code, printed } = await runProgram(["audit"], home.env)
    expect(printed).toContain("The ledger adds up.")
    expect(code).toBe(0)
  })

  afterAll(() => home.remove())

  test("of two days in which everything happened adds up, and says where everything lies", async () => {
    const { code, printed, errors } = await runProgram(["audit"], home.env)
    expect({ code, errors }).toEqual({ code: 0, errors: "" })
    const told = (pattern: RegExp) => expect(printed.replaceAll(/ +/g, " ")).toMatch(pattern)
    told(/^check rows differences$/m)
    told(/^every gift has its gift transfers 7 0$/m)
    told(/^every order has its charge transfers 4 0$/m)
    told(/^rice holds 10$/m)
    told(/^rice paid 19$/m)
    told(/^rice fees 1$/m)
    told(/^rice rice 10$/m)
    told(/^diamond debts 0$/m)
    expect(await audited(home)).toMatchObject({ code: 0, wrong: [] })
  })

  test("is looked at by no check that nothing could fail", async () => {
    const { checks } = await audited(home)
    const failing = new Set(forgeries.flatMap(([, { fails }]) => fails))
    expect([...failing].sort()).toEqual(checks.sort())
  })

  test.each(forgeries)("does not add up with %s", async (_, { sql, fails }) => {
    const forged = await copyOf(home)
    try {
      await forge(forged, sql(days))
      const { code, wrong } = await audited(forged)
      expect(wrong.sort()).toEqual(fails.toSorted())
      expect(code).toBe(1)
    } finally {
      await forged.remove()
    }
  })

  test("that does not add up is told with rows and numbers", async () => {
    const forged = await copyOf(home)
    try {
      await forge(forged, [`UPDATE wallets SET score = score + 1000 WHERE user_id = ${days.cai}`])
      const { code, printed } = await runProgram(["audit"], forged.env)
      expect(code).toBe(1)
      expect(printed).toContain("The ledger does NOT add up: 2 differences.")
      expect(printed).toContain(
        `wallets hold what the transfers say: user ${days.cai}, account score, wallet 1050, transfers 50`,
      )
      expect(printed).toContain("every currency sums to zero over all accounts: currency score, sum 1000")
    } finally {
      await forged.remove()
    }
  })
})

test("an empty ledger adds up", async () => {
  const empty = await freshHome()
  expect(await audited(empty)).toMatchObject({ code: 0, wrong: [] })
  await empty.remove()
})

test("what cannot be audited is told apart from what does not add up", async () => {
  const nothing = await runProgram(["audit"], { DATA_DIR: "/nowhere/at/all" })
  expect(nothing).toMatchObject({ code: 2, printed: "", errors: expect.stringContaining("run mili migrate first") })
  const unreachable = await runProgram(["audit"], { DATABASE_URL: "postgres://mili:s3cret@127.0.0.1:9/mili" })
  expect(unreachable).toMatchObject({ code: 2, printed: "", errors: expect.not.stringContaining("s3cret") })
  const mistyped = await runProgram(["audit", "--yaml"], {})
  expect(mistyped).toMatchObject({ code: 2, errors: expect.stringContaining("only --json") })
})
