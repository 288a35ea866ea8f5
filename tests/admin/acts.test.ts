import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test"
import { startApp, type TestApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"
import { actorOf, anOperator, operatorToken } from "../withdrawals/desk.ts"
import { calls } from "./calls.ts"
import { actsIn, needs } from "./stage.ts"

setDefaultTimeout(30_000)

let app: TestApp
let ada: Phone

beforeAll(async () => {
  app = await startApp({ ADMIN_TOKEN: operatorToken })
  ada = await anOperator(app, "Ada", "admin")
})

afterAll(() => app[Symbol.asyncDispose]())

const acting = Object.entries(calls)
  .filter(([, { act }]) => act)
  .map(([call]) => call)
const looking = Object.keys(calls).filter((call) => !acting.includes(call))

async function makes(call: string): Promise<unknown> {
  const [method = "", path = ""] = call.split(" ")
  const values = await needs[call]?.(app)
  const before = await actsIn(app)
  const answer: unknown = await (await ada.fetch(method, path, values)).json()
  const after = await actsIn(app)
  expect({ call, answer }).toMatchObject({ call, answer: Array.isArray(answer) ? [] : { ErrCode: 0 } })
  return after.slice(0, after.length - before.length)
}

describe("what an operator does", () => {
  test("is known of every call", () => {
    expect(Object.keys(needs).sort()).toEqual(Object.keys(calls).sort())
    expect(acting.length).toBeGreaterThan(20)
  })

  test.each(acting)("%s is written down once, under the operator's name", async (call) => {
    expect(await makes(call)).toEqual([
      { actor: actorOf(ada), act: expect.any(String), target: expect.any(String), detail: expect.any(Object) },
    ])
  })

  test.each(looking)("%s only looks, and is not written down", async (call) => {
    expect(await makes(call)).toEqual([])
  })

  test("is not written down when it was refused", async () => {
    const before = await actsIn(app)
    await ada.fails(8, "POST", "/admin/forbid_user_power", { oid: 999_999, forbid: 1 })
    await ada.fails(8, "POST", "/admin/users/stage", { oid: 999_999, allowed: 0 })
    await ada.fails(37, "POST", "/admin/close_chat", { anchorid: ada.uid })
    for (const path of [
      "reports/settle",
      "words/allow",
      "notices/change",
      "orders/ask",
      "orders/refund",
      "packs/change",
    ]) {
      const further = { id: 999_999, outcome: "x", why: "x", on: 0, on_sale: 0 }
      await ada.fails(27, "POST", `/admin/${path}`, further)
    }
    await ada.fails(11, "POST", "/admin/gifts/change", { id: 999_999, price: 1 })
    await ada.fails(27, "POST", "/admin/items/change", { id: 999_999, restock: 1 })
    await ada.fails(27, "POST", "/admin/outbox/retry", { id: 999_999 })
    for (const path of ["gifts", "packs", "items", "notices"]) {
      await ada.fails(10, "POST", `/admin/${path}/change`, { id: 1 })
    }
    expect(await actsIn(app)).toEqual(before)
  })

  test("is written down without a phone, a document's number, a card's or a token", async () => {
    for (const call of [
      "POST /admin/real_names/approve",
      "POST /admin/withdrawals/approve",
      "GET /admin/withdrawals",
    ]) {
      await makes(call)
    }
    const written = (await actsIn(app)).map((act) => JSON.stringify(act))
    const telling = /(?<!\d)1[3-9]\d{9}(?!\d)|\d{15,}|[0-9a-f]{32}/i
    expect(written.filter((act) => telling.test(act))).toEqual([])
  })

  test("is read by its actor, its kind or its target, one at a time, as deep as it goes", async () => {
    const actor = actorOf(ada)
    for (let n = 0; n < 25; n++) await ada.ok("POST", "/admin/switches/turn", { name: "cash", on: 1 })
    type Acts = { id: string; act: string; actor: string; target: string; seq: number }[]
    const read = async (by: object) => (await ada.ok("GET", "/admin/audit_log", { ...by }))["acts"] as Acts
    const first = await read({ act: "switch.turn" })
    expect(first).toHaveLength(20)
    const next = await read({ act: "switch.turn", before: first.at(-1)?.id })
    expect(next.length).toBeGreaterThanOrEqual(5)
    const seen = [...first, ...next].map(({ seq }) => seq)
    expect(seen).toEqual([...new Set(seen)].sort((one, other) => other - one))
    expect([...first, ...next].every(({ act }) => act === "switch.turn")).toBe(true)
    expect((await read({ actor })).every((one) => one.actor === actor)).toBe(true)
    expect((await read({ target: "cash" })).every((one) => one.target === "cash")).toBe(true)
    expect(await read({ actor: "nobody" })).toEqual([])
    const { ErrMsg } = await ada.fails(10, "GET", "/admin/audit_log", { actor, target: "cash" })
    expect(ErrMsg).toContain('"target"')
  })
})
