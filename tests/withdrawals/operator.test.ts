import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { and, asc, eq, gt, sql } from "drizzle-orm"
import { bannedForever } from "../../src/accounts/ban.ts"
import { users } from "../../src/accounts/tables.ts"
import { grant } from "../../src/admin/role.ts"
import type { Role } from "../../src/admin/tables.ts"
import { auditLog } from "../../src/audit/tables.ts"
import { write } from "../../src/db/write.ts"
import { withdrawals } from "../../src/withdrawals/tables.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { addsCard, bindsPhone, canCash } from "../support/cash.ts"
import { registers } from "../support/cast.ts"
import { buysDiamonds, earnsRipeRice, houseRice, owesDiamonds } from "../support/money.ts"
import { Phone } from "../support/phone.ts"

const token = "0123456789-the-operator-0123456789"

let app: TestApp
let desk: Phone
let cai: Phone
let dee: Phone
beforeAll(async () => {
  app = await startApp({ ADMIN_TOKEN: token, CASH_TWO_APPROVERS: "100", CASH_DAY_MAX: "1200" })
  desk = new Phone(app, "the desk")
  desk.token = token
  cai = await anOperator("Cai", "finance")
  dee = await anOperator("Dee", "admin")
})
afterAll(() => app[Symbol.asyncDispose]())

async function anOperator(name: string, role: Role): Promise<Phone> {
  const phone = await registers(app, name)
  await grant(app.running.app, "cli", phone.tel, role)
  return phone
}

/** Asks for so many yuan. @returns the withdrawal's id */
async function asksFor(host: Phone, money: number): Promise<string> {
  await earnsRipeRice(host, money * 20)
  return String((await host.ok("POST", "/card/cash_bank", { money }))["id"])
}

async function aHost(name = "Ana"): Promise<Phone> {
  const host = await registers(app, name)
  await canCash(host)
  return host
}

const approve = (who: Phone, id: string) => who.ok("POST", "/admin/withdrawals/approve", { id })
const reject = (who: Phone, id: string) => who.ok("POST", "/admin/withdrawals/reject", { id, why: "no such holder" })

const statusOf = async (host: Phone) =>
  ((await host.ok("GET", "/card/cash_record"))["record"] as { status: string }[])[0]?.status

const actorOf = ({ uid }: Phone) => `user ${uid}`

/** What the log says of a withdrawal, oldest first. */
const logOf = (id: string) =>
  app.running.app.db.read
    .select({ actor: auditLog.actor, act: auditLog.act })
    .from(auditLog)
    .where(eq(auditLog.target, `withdrawal ${id}`))
    .orderBy(asc(auditLog.id))

describe("who may act", () => {
  const calls = [
    ["GET", "/admin/withdrawals", {}],
    ["POST", "/admin/withdrawals/approve", { id: 1 }],
    ["POST", "/admin/withdrawals/reject", { id: 1, why: "because" }],
  ] as const

  test.each(calls)("%s %s is for the finance role, admins and the operator's token", async (method, path, values) => {
    const [stranger, ana] = [new Phone(app, "a stranger"), await registers(app, "Ana")]
    await stranger.fails(32, method, path, values)
    await ana.fails(36, method, path, values)
    await (await anOperator("Eve", "moderator")).fails(36, method, path, values)
    for (const wrong of [`${token}r`, token.slice(1), "x"]) {
      await ana.fails(7, method, path, { ...values, token: wrong })
    }
    for (const one of [cai, dee, desk]) expect([0, 10, 27]).toContain((await one.call(method, path, values)).ErrCode)
    const header = { authorization: `Bearer ${token}` }
    const response = await fetch(`${app.url}${path}`, { method, headers: header })
    expect([0, 10]).toContain(((await response.json()) as { ErrCode: number }).ErrCode)
  })

  test.each(calls)("%s %s is shut to operators who are suspended", async (method, path, values) => {
    const eve = await anOperator("Eve", "finance")
    const ban = (bannedUntil: number) =>
      write(app.running.app, (tx) =>
        tx.update(users).set({ bannedUntil }).where(eq(users.id, eve.uid)).returning({ id: users.id }),
      )
    await ban(app.running.app.now() + 60_000)
    await eve.fails(59, method, path, values)
    await ban(bannedForever)
    await eve.fails(60, method, path, values)
  })

  test("without a token in the settings no token is the operator's", async () => {
    await using bare = await startApp()
    const stranger = new Phone(bare, "a stranger")
    for (const wrong of ["undefined", token, "0"]) {
      await stranger.fails(7, "GET", "/admin/withdrawals", { token: wrong })
    }
  })
})

test("an approval pays what was held, less the fee, once", async () => {
  const ana = await aHost()
  const id = await asksFor(ana, 100)
  const [paid, fees] = [await houseRice(app, "paid"), await houseRice(app, "fees")]
  expect(await approve(cai, id)).toEqual({ ErrCode: 0, id, status: "1", waits_for_another: false })
  expect(await statusOf(ana)).toBe("1")
  expect([await houseRice(app, "paid"), await houseRice(app, "fees")]).toEqual([paid + 1_940, fees + 60])

  expect(await approve(dee, id)).toMatchObject({ status: "1" })
  await dee.fails(10, "POST", "/admin/withdrawals/reject", { id, why: "too late" })
  expect([await houseRice(app, "holds", ana), await houseRice(app, "paid")]).toEqual([0, paid + 1_940])
  expect(await logOf(id)).toEqual([{ actor: actorOf(cai), act: "withdrawal.approve" }])
})

test("a rejection gives the rice back, once, and it counts against the day no more", async () => {
  const ana = await aHost()
  const id = await asksFor(ana, 1_200)
  await earnsRipeRice(ana, 1_000)
  await ana.fails(43, "POST", "/card/cash_bank", { money: 50 })
  expect(await reject(cai, id)).toEqual({ ErrCode: 0, id, status: "2", waits_for_another: false })
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ current_rice: 25_000, all_money: 1_250, money: 1_200 })
  expect(await ana.ok("GET", "/card/cash_record")).toMatchObject({ record: [{ status: "2", why: "no such holder" }] })

  expect(await reject(dee, id)).toMatchObject({ status: "2" })
  await dee.fails(10, "POST", "/admin/withdrawals/approve", { id })
  expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ current_rice: 25_000 })
  expect(await houseRice(app, "holds", ana)).toBe(0)
  expect(await logOf(id)).toEqual([{ actor: actorOf(cai), act: "withdrawal.reject" }])
})

describe("four eyes", () => {
  test("see a large withdrawal: the same operator's two do not", async () => {
    const ana = await aHost()
    const id = await asksFor(ana, 101)
    expect(await approve(cai, id)).toEqual({ ErrCode: 0, id, status: "0", waits_for_another: true })
    await cai.fails(36, "POST", "/admin/withdrawals/approve", { id })
    expect([await statusOf(ana), await houseRice(app, "holds", ana)]).toEqual(["0", 2_020])
    expect(await approve(dee, id)).toMatchObject({ status: "1", waits_for_another: false })
    expect([await statusOf(ana), await houseRice(app, "holds", ana)]).toEqual(["1", 0])
    expect(await logOf(id)).toEqual([
      { actor: actorOf(cai), act: "withdrawal.approve_first" },
      { actor: actorOf(dee), act: "withdrawal.approve" },
    ])
  })

  test("may be the token's and an account's, and not the token's twice", async () => {
    const id = await asksFor(await aHost(), 101)
    await approve(desk, id)
    await desk.fails(36, "POST", "/admin/withdrawals/approve", { id })
    expect(await approve(cai, id)).toMatchObject({ status: "1" })
  })

  test("may disagree: whoever approved first, any operator rejects", async () => {
    const ana = await aHost()
    const id = await asksFor(ana, 101)
    await approve(cai, id)
    await reject(dee, id)
    expect(await ana.ok("GET", "/card/show_cash")).toMatchObject({ current_rice: 2_020 })
    await dee.fails(10, "POST", "/admin/withdrawals/approve", { id })
  })

  test("are not to be outrun: of many approvals at once by one operator one counts", async () => {
    const ana = await aHost()
    const id = await asksFor(ana, 101)
    const one = () => cai.call("POST", "/admin/withdrawals/approve", { id })
    const codes = (await Promise.all(Array.from({ length: 20 }, one))).map(({ ErrCode }) => ErrCode)
    expect(codes.toSorted((a, b) => a - b)).toEqual([0, ...Array<number>(19).fill(36)])
    expect(await statusOf(ana)).toBe("0")
  })
})

test("nobody approves their own, but may give it up", async () => {
  await canCash(cai)
  const id = await asksFor(cai, 50)
  await cai.fails(36, "POST", "/admin/withdrawals/approve", { id })
  const { status } = await reject(cai, id)
  expect(status).toBe("2")
})

test("what was decided at once was decided one way", async () => {
  const ana = await aHost()
  for (let n = 0; n < 10; n++) {
    const id = await asksFor(ana, 50)
    const before = await houseRice(app, "paid")
    const [approved, rejected] = await Promise.all([
      cai.call("POST", "/admin/withdrawals/approve", { id }),
      dee.call("POST", "/admin/withdrawals/reject", { id, why: "in doubt" }),
    ])
    expect([approved.ErrCode, rejected.ErrCode].toSorted((one, other) => one - other)).toEqual([0, 10])
    expect(await houseRice(app, "holds", ana)).toBe(0)
    expect(await houseRice(app, "paid")).toBe(approved.ErrCode === 0 ? before + 970 : before)
    expect(await logOf(id)).toHaveLength(1)
  }
})

test("a debt made meanwhile keeps an approval back, not a rejection", async () => {
  const ana = await aHost()
  const id = await asksFor(ana, 50)
  await buysDiamonds(ana, 1)
  await owesDiamonds(ana, 7)
  await cai.fails(79, "POST", "/admin/withdrawals/approve", { id })
  expect(await statusOf(ana)).toBe("0")
  await reject(cai, id)
})

test("what is not there, and what is no reason, is told", async () => {
  await cai.fails(27, "POST", "/admin/withdrawals/approve", { id: 999_999 })
  await cai.fails(27, "POST", "/admin/withdrawals/reject", { id: 999_999, why: "because" })
  for (const [path, name] of [
    ["approve", "id"],
    ["reject", "id"],
    ["reject", "why"],
  ] as const) {
    const { ErrMsg } = await cai.fails(10, "POST", `/admin/withdrawals/${path}`, { id: 1, why: "because", [name]: "" })
    expect(ErrMsg).toContain(`"${name}"`)
  }
  const { ErrMsg } = await cai.fails(10, "GET", "/admin/withdrawals", { state: "lost" })
  expect(ErrMsg).toContain('"state"')
})

test("the list shows where the money goes, as it was when asked for, and writes down that it did", async () => {
  const ana = await registers(app, "Ana")
  await bindsPhone(ana)
  const card_no = await addsCard(ana)
  const id = await asksFor(ana, 50)
  await addsCard(ana)
  const [last] = await app.running.app.db.read.select({ id: sql`max(${auditLog.id})`.mapWith(Number) }).from(auditLog)

  const { withdrawals: rows } = await cai.ok("GET", "/admin/withdrawals", { state: "pending" })
  const list = rows as Record<string, string>[]
  expect(list[0]).toEqual({
    id,
    uid: String(ana.uid),
    nick_name: `大米${ana.uid}`,
    money: "50",
    fee: "1.5",
    pay: "48.5",
    rice: "1000",
    status: "0",
    create_time: expect.any(String),
    finish_time: "",
    bank: "工商银行",
    card: `****${card_no.slice(-4)}`,
    card_no,
    real_name: "Ana",
    item: "",
    address: "",
    ptype: "0",
    why: "",
    first_approver: "",
    decided_by: "",
  })
  const written = await app.running.app.db.read
    .select({ actor: auditLog.actor, act: auditLog.act, detail: auditLog.detail })
    .from(auditLog)
    .where(and(gt(auditLog.id, last?.id ?? 0), eq(auditLog.target, "withdrawals")))
  const ids = list.map((row) => Number(row["id"]))
  expect(written).toEqual([{ actor: actorOf(cai), act: "withdrawal.list", detail: { ids } }])

  await approve(cai, id)
  const listed = async (state: string) =>
    ((await cai.ok("GET", "/admin/withdrawals", { state }))["withdrawals"] as { id: string }[]).map((row) => row.id)
  expect([(await listed("paid")).includes(id), (await listed("pending")).includes(id)]).toEqual([true, false])
})

test("the list pages by number and by the last row seen", async () => {
  const ana = await aHost()
  for (let n = 0; n < 21; n++) await asksFor(ana, 50)
  type Rows = { id: string }[]
  const page = async (values: { index?: number; before?: string }) =>
    (await cai.ok("GET", "/admin/withdrawals", values))["withdrawals"] as Rows
  const first = await page({})
  expect(first).toHaveLength(20)
  expect(await page({ before: first.at(-1)?.id ?? "" })).toEqual(await page({ index: 1 }))
  expect(await page({ index: 1_000 })).toEqual([])
})

test("a card that cannot be opened hides no other row, and can be rejected", async () => {
  const [ana, bo] = [await aHost(), await aHost("Bo")]
  const [lost, fine] = [await asksFor(ana, 50), await asksFor(bo, 50)]
  const sealedNumber = "v1.sealed-under-a-key-that-nobody-has-any-more"
  await write(app.running.app, (tx) =>
    tx
      .update(withdrawals)
      .set({ sealedNumber })
      .where(eq(withdrawals.id, Number(lost)))
      .returning({ id: withdrawals.id }),
  )
  const { withdrawals: rows } = await cai.ok("GET", "/admin/withdrawals", { state: "pending" })
  expect((rows as unknown[]).slice(0, 2)).toMatchObject([
    { id: fine, card_no: expect.stringMatching(/^\d+$/), real_name: "Bo" },
    { id: lost, card_no: null, real_name: "Ana" },
  ])
  expect(app.logged.filter((line) => line.includes("cannot be unsealed"))).toHaveLength(1)
  await reject(cai, lost)
})
