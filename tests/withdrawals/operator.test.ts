import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { and, eq, gt, sql } from "drizzle-orm"
import { bannedForever } from "../../src/accounts/ban.ts"
import { users } from "../../src/accounts/tables.ts"
import { auditLog } from "../../src/audit/tables.ts"
import { parse } from "../../src/config.ts"
import { write } from "../../src/db/write.ts"
import { withdrawals } from "../../src/withdrawals/tables.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { addsCard, bindsPhone, canCash } from "../support/cash.ts"
import { registers } from "../support/cast.ts"
import { buysDiamonds, earnsRipeRice, houseRice, owesDiamonds } from "../support/money.ts"
import { Phone } from "../support/phone.ts"
import { actorOf, aHost, anOperator, approve, asksFor, logOf, reject, theDesk, operatorToken as token } from "./desk.ts"

let app: TestApp
let desk: Phone
let cai: Phone
let dee: Phone
beforeAll(async () => {
  app = await startApp({ ADMIN_TOKEN: token, CASH_TWO_APPROVERS: "100", CASH_DAY_MAX: "1200" })
  desk = theDesk(app)
  cai = await anOperator(app, "Cai", "finance")
  dee = await anOperator(app, "Dee", "admin")
})
afterAll(() => app[Symbol.asyncDispose]())

const statusOf = async (host: Phone) =>
  ((await host.ok("GET", "/card/cash_record"))["record"] as { status: string }[])[0]?.status

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
    await (await anOperator(app, "Eve", "moderator")).fails(36, method, path, values)
    for (const wrong of [`${token}r`, token.slice(1), "x"]) {
      await ana.fails(7, method, path, { ...values, token: wrong })
    }
    for (const one of [cai, dee, desk]) expect([0, 10, 27]).toContain((await one.call(method, path, values)).ErrCode)
    const header = { authorization: `Bearer ${token}` }
    const response = await fetch(`${app.url}${path}`, { method, headers: header })
    expect([0, 10]).toContain(((await response.json()) as { ErrCode: number }).ErrCode)
  })

  test.each(calls)("%s %s is shut to operators who are suspended", async (method, path, values) => {
    const eve = await anOperator(app, "Eve", "finance")
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

test("the operator's token is one that a header can carry", () => {
  for (const broken of [`${token} ${token}`, `${token}\n`, `${token}\u00a0`]) {
    expect(() => parse({ ADMIN_TOKEN: broken })).toThrow("ADMIN_TOKEN must have no white space")
  }
  expect(() => parse({ ADMIN_TOKEN: token })).not.toThrow()
})

test("an approval pays what was held, less the fee, once", async () => {
  const ana = await aHost(app)
  const id = await asksFor(ana, 100)
  const [paid, fees] = [await houseRice(app, "paid"), await houseRice(app, "fees")]
  expect(await approve(cai, id)).toEqual({ ErrCode: 0, id, status: "1", waits_for_another: false })
  expect(await statusOf(ana)).toBe("1")
  expect([await houseRice(app, "paid"), await houseRice(app, "fees")]).toEqual([paid + 1_940, fees + 60])

  expect(await approve(dee, id)).toMatchObject({ status: "1" })
  await dee.fails(10, "POST", "/admin/withdrawals/reject", { id, why: "too late" })
  expect([await houseRice(app, "holds", ana), await houseRice(app, "paid")]).toEqual([0, paid + 1_940])
  expect(await logOf(app, id)).toEqual([{ actor: actorOf(cai), act: "withdrawal.approve" }])
})

test("a rejection gives the rice back, once, and it counts against the day no more", async () => {
  const ana = await aHost(app)
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
  expect(await logOf(app, id)).toEqual([{ actor: actorOf(cai), act: "withdrawal.reject" }])
})

test("nobody approves their own, but may give it up", async () => {
  await canCash(cai)
  const id = await asksFor(cai, 50)
  await cai.fails(36, "POST", "/admin/withdrawals/approve", { id })
  const { status } = await reject(cai, id)
  expect(status).toBe("2")
})

test("what was decided at once was decided one way", async () => {
  for (let n = 0; n < 10; n++) {
    const ana = await aHost(app)
    const id = await asksFor(ana, 50)
    const before = await houseRice(app, "paid")
    const [approved, rejected] = await Promise.all([
      cai.call("POST", "/admin/withdrawals/approve", { id }),
      dee.call("POST", "/admin/withdrawals/reject", { id, why: "in doubt" }),
    ])
    expect([approved.ErrCode, rejected.ErrCode].toSorted((one, other) => one - other)).toEqual([0, 10])
    expect(await houseRice(app, "holds", ana)).toBe(0)
    expect(await houseRice(app, "paid")).toBe(approved.ErrCode === 0 ? before + 970 : before)
    expect(await logOf(app, id)).toHaveLength(1)
  }
})

test("a debt made meanwhile keeps an approval back, not a rejection", async () => {
  const ana = await aHost(app)
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
  await cai.ok("GET", "/admin/withdrawals", { state: "" })
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
  const ana = await aHost(app)
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
  const [ana, bo] = [await aHost(app), await aHost(app, "Bo")]
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
