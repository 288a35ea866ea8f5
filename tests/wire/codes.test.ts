import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { bannedForever } from "../../src/accounts/ban.ts"
import { users } from "../../src/accounts/tables.ts"
import { write } from "../../src/db/write.ts"
import { reasons } from "../../src/refusal.ts"
import { codes } from "../../src/wire/codes.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { passwordOf, registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { documentedCodes, methodsOf, type Row, rows } from "./contract/rows.ts"
import { scenarios } from "./contract/scenarios.ts"
import { type Call, codeOf, type Stage, setStage } from "./contract/stage.ts"

describe("the codes", () => {
  test("run from 0 to 87, each but 0 with a reason to be given", () => {
    expect(documentedCodes).toEqual(Array.from({ length: 88 }, (_, code) => code))
    const given = new Set(reasons.map((reason) => codes[reason]))
    expect([...given].sort((one, other) => one - other)).toEqual(documentedCodes.slice(1))
  })
})

/** Codes of a token that is no good, and of accounts that are closed. */
const sessionCodes = [7, 9, 24, 32, 42, 60]

/** The built calls that look at a token; the contract's tests see to it that every built call has a scenario. */
const checked = [...rows.values()].filter(({ id, errors }) => id in scenarios && errors.includes(7))

test("every call with a token documents how the token may fail", () => {
  const signed = [...rows.values()].filter(({ auth }) => auth !== "none")
  const silent = signed.filter(({ errors }) => !sessionCodes.every((code) => errors.includes(code)))
  expect(silent.map(({ id }) => id)).toEqual([])
  expect(checked.length).toBeGreaterThan(20)
})

let app: TestApp
let stage: Stage
/** Tokens that were good once, or never, by what they are answered with. */
let badTokens: [number, string | undefined][]
let other: Phone

beforeAll(async () => {
  app = await startApp({ SANDBOX: "1" })
  const [eve, dan, fay] = [await registers(app, "Eve"), await registers(app, "Dan"), await registers(app, "Fay")]
  app.pass(app.running.app.config.tokenTtlDays * 86_400_000)
  const expired = eve.token
  const [replaced, signedOut] = [await signsInAgain(dan), await signsInAgain(fay)]
  await dan.ok("POST", "/action/login", { account: dan.tel, pwd: passwordOf("Dan") })
  await fay.ok("POST", "/action/logout")
  badTokens = [
    [32, undefined],
    [32, ""],
    [7, "0123456789abcdef0123456789abcdef"],
    [7, "no token"],
    [9, signedOut],
    [24, expired],
    [42, replaced],
  ]
  stage = await setStage(app)
  other = await registers(app, "Gus")
})

afterAll(() => app[Symbol.asyncDispose]())

async function signsInAgain(phone: Phone): Promise<string> {
  const { user } = await phone.ok("POST", "/action/login", { account: phone.tel, pwd: passwordOf(phone.name) })
  phone.token = (user as { Token: string }).Token
  return phone.token
}

/** Suspends an account until then; 0 lifts it. */
async function ban({ uid }: Phone, bannedUntil: number): Promise<void> {
  const banned = await write(app.running.app, (tx) =>
    tx.update(users).set({ bannedUntil }).where(eq(users.id, uid)).returning({ id: users.id }),
  )
  expect(banned).toEqual([{ id: uid }])
}

/** Sets up, by each method the call takes, what it needs to succeed. */
async function* calls(row: Row): AsyncGenerator<{ method: string; call: Call }> {
  for (const method of methodsOf(row)) {
    const call = await scenarios[row.id]?.(stage)
    if (call) yield { method, call }
  }
}

describe.each(checked.map((row) => [row.id, row] as const))("%s", (_, row) => {
  test("tells what is wrong with a token", async () => {
    for await (const { method, call } of calls(row)) {
      for (const [code, token] of badTokens) {
        if (!row.errors.includes(code)) continue
        expect({ token, code: await codeOf(row, method, call, { token }) }).toEqual({ token, code })
      }
      if (row.auth === "none") continue
      expect(await codeOf(row, method, call, { uid: other.uid })).toBe(7)
      expect(await codeOf(row, method, call, { uid: "x" })).toBe(7)
      expect(await codeOf(row, method, call, { uid: call.phone.uid })).toBe(0)
    }
  })

  test("is shut to who is banned for ever, and to who is banned for a time if it writes", async () => {
    for await (const { method, call } of calls(row)) {
      const writes = row.errors.includes(59)
      try {
        await ban(call.phone, bannedForever)
        expect(await codeOf(row, method, call)).toBe(60)
        await ban(call.phone, app.running.app.now() + 60_000)
        expect(await codeOf(row, method, call)).toBe(writes ? 59 : 0)
      } finally {
        await ban(call.phone, 0)
      }
      if (writes) expect(await codeOf(row, method, call)).toBe(0)
    }
  })
})
