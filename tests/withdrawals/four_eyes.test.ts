import { afterAll, beforeAll, expect, test } from "bun:test"
import { eq } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { grant, revoke } from "../../src/admin/role.ts"
import { write } from "../../src/db/write.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { earnsRipeRice, houseRice } from "../support/money.ts"
import type { Phone } from "../support/phone.ts"
import { actorOf, aHost, anOperator, approve, asksFor, logOf, operatorToken, reject, stocks, theDesk } from "./desk.ts"

const settings = { ADMIN_TOKEN: operatorToken, CASH_TWO_APPROVERS: "100", CASH_DAY_MAX: "1200" }

let app: TestApp
let desk: Phone
let cai: Phone
let dee: Phone
beforeAll(async () => {
  app = await startApp(settings)
  desk = theDesk(app)
  cai = await anOperator(app, "Cai", "finance")
  dee = await anOperator(app, "Dee", "admin")
})
afterAll(() => app[Symbol.asyncDispose]())

const paid = { status: "1", waits_for_another: false }
const waiting = { status: "0", waits_for_another: true }

/** Earns the rice for something of the mall and orders it. @returns the withdrawal's id */
async function orders(host: Phone, moon: number): Promise<string> {
  const item_id = await stocks(app, { moon, stock: 1 })
  await earnsRipeRice(host, moon)
  return String((await host.ok("POST", "/card/exchange_item", { item_id }))["id"])
}

const refusesApproval = (who: Phone, id: string) => who.fails(36, "POST", "/admin/withdrawals/approve", { id })

test("see a large withdrawal: the same operator's two do not", async () => {
  const ana = await aHost(app)
  const id = await asksFor(ana, 101)
  expect(await approve(cai, id)).toEqual({ ErrCode: 0, id, ...waiting })
  await refusesApproval(cai, id)
  expect(await houseRice(app, "holds", ana)).toBe(2_020)
  expect(await approve(dee, id)).toEqual({ ErrCode: 0, id, ...paid })
  expect(await houseRice(app, "holds", ana)).toBe(0)
  expect(await logOf(app, id)).toEqual([
    { actor: actorOf(cai), act: "withdrawal.approve_first" },
    { actor: actorOf(dee), act: "withdrawal.approve" },
  ])
})

test("see what was split into small withdrawals, each owner's apart", async () => {
  const [ana, bo] = [await aHost(app), await aHost(app, "Bo")]
  const [one, two, three, four] = [
    await asksFor(ana, 50),
    await asksFor(ana, 50),
    await asksFor(ana, 50),
    await asksFor(ana, 50),
  ]
  expect([await approve(cai, one), await approve(cai, two)]).toMatchObject([paid, paid])
  expect([await approve(cai, three), await approve(dee, four)]).toMatchObject([waiting, waiting])
  expect(await approve(cai, await asksFor(bo, 50))).toMatchObject(paid)
  expect([await approve(dee, three), await approve(cai, four)]).toMatchObject([paid, paid])
})

test("see goods by their rice", async () => {
  const [ana, bo, eve] = [await aHost(app), await aHost(app, "Bo"), await aHost(app, "Eve")]
  expect(await approve(cai, await orders(ana, 2_001))).toMatchObject(waiting)
  expect(await approve(cai, await orders(bo, 1_000))).toMatchObject(paid)
  expect(await approve(cai, await asksFor(bo, 50))).toMatchObject(paid)
  expect(await approve(cai, await orders(bo, 1))).toMatchObject(waiting)
  expect(await approve(cai, await orders(eve, 1_001))).toMatchObject(paid)
  expect(await approve(cai, await asksFor(eve, 50))).toMatchObject(waiting)
})

test("see a small one beside what waits for its second, but not beside what was rejected or is not approved", async () => {
  const ana = await aHost(app)
  const [large, small, next] = [await asksFor(ana, 101), await asksFor(ana, 50), await asksFor(ana, 50)]
  await approve(cai, large)
  expect(await approve(cai, small)).toMatchObject(waiting)
  await reject(dee, large)
  await reject(dee, small)
  await asksFor(ana, 500)
  expect(await approve(cai, next)).toMatchObject(paid)
})

test("are two accounts': the operator's token approves alone what needs one, and is neither of two", async () => {
  const ana = await aHost(app)
  expect(await approve(desk, await asksFor(ana, 100))).toMatchObject(paid)
  const id = await asksFor(ana, 50)
  const { ErrMsg } = await refusesApproval(desk, id)
  expect(ErrMsg).toContain("account")
  expect(await approve(cai, id)).toMatchObject(waiting)
  await refusesApproval(desk, id)
  expect(await approve(dee, id)).toMatchObject(paid)
  const acts = (await logOf(app, id)).map(({ actor }) => actor)
  expect(acts).toEqual([actorOf(cai), actorOf(dee)])
})

test("are those of operators still: the approval of one who is none any more, or suspended, is made anew", async () => {
  const id = await asksFor(await aHost(app), 101)
  const [eve, fay] = [await anOperator(app, "Eve", "finance"), await anOperator(app, "Fay", "admin")]
  await approve(eve, id)
  await revoke(app.running.app, "cli", eve.tel, undefined)
  await grant(app.running.app, "cli", eve.tel, "moderator")
  expect(await approve(fay, id)).toMatchObject(waiting)
  const bannedUntil = app.running.app.now() + 60_000
  await write(app.running.app, (tx) =>
    tx.update(users).set({ bannedUntil }).where(eq(users.id, fay.uid)).returning({ id: users.id }),
  )
  expect(await approve(cai, id)).toMatchObject(waiting)
  await refusesApproval(cai, id)
  expect(await approve(dee, id)).toMatchObject(paid)
  expect((await logOf(app, id)).map(({ actor }) => actor)).toEqual([eve, fay, cai, dee].map(actorOf))
})

test("may disagree: whoever approved first, any operator rejects", async () => {
  const ana = await aHost(app)
  const id = await asksFor(ana, 101)
  await approve(cai, id)
  await reject(dee, id)
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ current_rice: 2_020 })
  await dee.fails(10, "POST", "/admin/withdrawals/approve", { id })
})

test("are not to be outrun: of many approvals at once by one operator one counts", async () => {
  const ana = await aHost(app)
  const id = await asksFor(ana, 101)
  const one = () => cai.call("POST", "/admin/withdrawals/approve", { id })
  const codes = (await Promise.all(Array.from({ length: 20 }, one))).map(({ ErrCode }) => ErrCode)
  expect(codes.toSorted((a, b) => a - b)).toEqual([0, ...Array<number>(19).fill(36)])
  expect(await houseRice(app, "holds", ana)).toBe(2_020)
})

test("are not to be outrun: of many small withdrawals approved at once no more are paid than one may pay", async () => {
  const ana = await aHost(app)
  const ids: string[] = []
  for (let n = 0; n < 20; n++) ids.push(await asksFor(ana, 50))
  const answers = await Promise.all(ids.map((id, n) => approve(n % 2 === 0 ? cai : dee, id)))
  expect(answers.filter(({ status }) => status === "1")).toHaveLength(2)
  expect(answers.filter(({ waits_for_another }) => waits_for_another)).toHaveLength(18)
  expect(await houseRice(app, "holds", ana)).toBe(18_000)
})

test("count by the day of the approval, in the server's zone; what waits for its second waits past midnight", async () => {
  let now = Date.parse("2026-03-30T12:00:00+08:00")
  await using town = await startApp(settings, { now: () => now })
  const [eve, fay] = [await anOperator(town, "Eve", "finance"), await anOperator(town, "Fay", "finance")]
  const ana = await aHost(town)
  const asked = [await asksFor(ana, 50), await asksFor(ana, 50), await asksFor(ana, 50), await asksFor(ana, 50)]
  const [one = "", two = "", three = "", four = ""] = asked
  expect(await approve(eve, one)).toMatchObject(paid)

  now = Date.parse("2026-03-31T00:00:00+08:00")
  expect(await approve(eve, two)).toMatchObject(paid)
  now = Date.parse("2026-03-31T23:59:59+08:00")
  expect(await approve(eve, three)).toMatchObject(paid)
  expect(await approve(eve, four)).toMatchObject(waiting)

  now = Date.parse("2026-04-01T00:00:00+08:00")
  await refusesApproval(eve, four)
  expect(await approve(eve, await asksFor(ana, 50))).toMatchObject(paid)
  expect(await approve(fay, four)).toMatchObject(paid)
  expect(await approve(eve, await asksFor(ana, 50))).toMatchObject(waiting)
})
