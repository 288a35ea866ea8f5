import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test"
import { asc, isNotNull } from "drizzle-orm"
import { audit } from "../../src/audit/audit.ts"
import { auditLog } from "../../src/audit/tables.ts"
import { write } from "../../src/db/write.ts"
import { refuse } from "../../src/refusal.ts"
import { audited, forge } from "../audit/forger.ts"
import { homeOfItsOwn } from "../crash/inspection.ts"
import { freshHome, type Home, startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { runProgram } from "../support/process.ts"
import { anOperator, operatorToken } from "../withdrawals/desk.ts"

setDefaultTimeout(60_000)

let home: Home
let app: TestApp
let operators: Phone[]

beforeAll(async () => {
  home = await freshHome()
  app = await startApp({ ...home.env, ADMIN_TOKEN: operatorToken })
  operators = [await anOperator(app, "Ada", "admin"), await anOperator(app, "Abe", "admin")]
})

afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await home.remove()
})

const links = () =>
  app.running.app.db.read.select().from(auditLog).where(isNotNull(auditLog.seq)).orderBy(asc(auditLog.seq))

test("the log stays one chain whoever acts at once, in this process and beside it", async () => {
  const mal = await registers(app, "Mal")
  const before = (await links()).length
  const acts = Array.from({ length: 60 }, (_, n) => {
    const operator = operators[n % 2] as Phone
    if (n % 3 === 0) return operator.ok("POST", "/admin/switches/turn", { name: "cash", on: 1 })
    if (n % 3 === 1) return operator.ok("POST", "/admin/notices/add", { text: `the ${n}th` })
    return operator.ok("POST", "/admin/forbid_user_power", { oid: mal.uid, forbid: 2, forbid_time: 1 + n })
  })
  const beside = Array.from({ length: 3 }, () => runProgram(["admin", "switch", "cash", "on"], home.env))
  await Promise.all(acts)
  for (const { code, errors } of await Promise.all(beside)) expect({ code, errors }).toEqual({ code: 0, errors: "" })

  const log = await links()
  expect(log.map(({ seq }) => seq)).toEqual(log.map((_, n) => n + 1))
  expect(log.map(({ id }) => id)).toEqual(log.map(({ id }) => id).sort((one, other) => one - other))
  expect(log.length - before).toBe(63)
  expect(new Set(log.map(({ hash }) => hash)).size).toBe(log.length)
  expect(await audited(home)).toMatchObject({ code: 0, wrong: [] })
})

test("what an act did and what the log says of it are one: neither is there without the other", async () => {
  const { app: inside } = app.running
  const before = await links()
  const refused = write(inside, async (tx) => {
    await audit(inside, tx, { actor: "cli", act: "test", target: "nothing", detail: {} })
    refuse("input.invalid")
  })
  await expect(refused).rejects.toThrow()
  expect(await links()).toEqual(before)
})

test("no statement of the program's own can change or remove a row", async () => {
  const { app: inside } = app.running
  const [first] = await links()
  const change = () => write(inside, (tx) => tx.update(auditLog).set({ actor: "nobody" }).returning())
  const remove = () => write(inside, (tx) => tx.delete(auditLog).returning())
  for (const forgery of [change, remove]) {
    expect(
      await forgery().then(
        () => "done",
        () => "refused",
      ),
    ).toBe("refused")
  }
  expect((await links())[0]).toEqual(first)
})

test("a row that is removed behind the program's back is found by mili audit, and by nobody's mistake put right", async () => {
  await using other = await homeOfItsOwn()
  await using town = await startApp({ ...other.env, ADMIN_TOKEN: operatorToken })
  const ada = await anOperator(town, "Ada", "admin")
  for (let n = 0; n < 5; n++) await ada.ok("POST", "/admin/switches/turn", { name: "cash", on: n % 2 })
  const whole = await runProgram(["audit"], other.env)
  expect(whole.printed).toMatch(/The operators' log has 6 acts and ends with [0-9a-f]{64}\./)

  await forge(other, ["DELETE FROM audit_log WHERE seq = 3"])
  const { code, printed } = await runProgram(["audit"], other.env)
  expect(code).toBe(1)
  expect(printed).toContain("the operators' log is unbroken: act 3, why missing")
  expect(printed).toContain("The operators' log is BROKEN: 1 difference.\nThe ledger adds up.")

  // The server goes on, and what it writes does not mend the gap.
  await ada.ok("POST", "/admin/switches/turn", { name: "cash", on: 1 })
  expect(await audited(other)).toMatchObject({ code: 1, wrong: ["the operators' log is unbroken"] })
})

test("without its end nobody acts unseen", async () => {
  await using other = await homeOfItsOwn()
  await using town = await startApp({ ...other.env, ADMIN_TOKEN: operatorToken })
  const ada = await anOperator(town, "Ada", "admin")
  await forge(other, ["DELETE FROM audit_head"])
  const answer = await ada.fetch("POST", "/admin/switches/turn", { name: "cash", on: 0 })
  expect(answer.status).toBe(500)
  expect(await ada.ok("GET", "/admin/switches")).toMatchObject({
    switches: expect.arrayContaining([{ name: "cash", on: true }]),
  })
})
