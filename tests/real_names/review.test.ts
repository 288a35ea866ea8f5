import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { and, asc, eq, inArray } from "drizzle-orm"
import { creditUser } from "../../src/admin/credit.ts"
import { mint } from "../../src/admin/mint.ts"
import { auditLog } from "../../src/audit/tables.ts"
import { write } from "../../src/db/write.ts"
import { realNames } from "../../src/real_names/tables.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { newestRealName, nextResidentNumber, saysWhoTheyAre } from "../support/identity.ts"
import { Phone } from "../support/phone.ts"
import { actorOf, anOperator, operatorToken, theDesk } from "../withdrawals/desk.ts"

let app: TestApp
let mia: Phone
let desk: Phone
beforeAll(async () => {
  app = await startApp({ ADMIN_TOKEN: operatorToken })
  mia = await anOperator(app, "Mia", "moderator")
  desk = theDesk(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const logOf = (target: string, ...acts: string[]) =>
  app.running.app.db.read
    .select({ actor: auditLog.actor, act: auditLog.act, detail: auditLog.detail })
    .from(auditLog)
    .where(and(eq(auditLog.target, target), inArray(auditLog.act, acts)))
    .orderBy(asc(auditLog.id))

const newest = async (phone: Phone) => {
  const number = await saysWhoTheyAre(phone)
  return { number, id: (await newestRealName(mia))["id"] ?? "" }
}

describe("who may act", () => {
  test.each([
    ["admins and moderators", "GET", "/admin/real_names", {}],
    ["admins and moderators", "POST", "/admin/real_names/approve", { id: 1_000_000 }],
    ["admins and moderators", "POST", "/admin/real_names/refuse", { id: 1_000_000, why: "because" }],
    ["admins", "GET", "/admin/switch_auth", { switch: 0 }],
    ["admins", "GET", "/admin/switch_account_auth", { switch: 1 }],
  ] as const)("the operator's token and %s: %s %s", async (whose, method, path, values) => {
    const [stranger, ana] = [new Phone(app, "a stranger"), await registers(app, "Ana")]
    await stranger.fails(32, method, path, values)
    await ana.fails(36, method, path, values)
    await ana.fails(7, method, path, { ...values, token: "x" })
    await (await anOperator(app, "Fay", "finance")).fails(36, method, path, values)
    const codes = [whose === "admins" ? [36] : [0, 27], [0, 27], [0, 27]]
    for (const [at, one] of [mia, await anOperator(app, "Eve", "admin"), desk].entries()) {
      expect(codes[at]).toContain((await one.call(method, path, values)).ErrCode)
    }
  })
})

test("an operator sees masks, and in full what they ask for, which is written down", async () => {
  const ana = await registers(app, "Annabella")
  const number = nextResidentNumber("19901231", 2)
  await saysWhoTheyAre(ana, { identification: number, school: "a school" })
  const rows = async (values = {}) =>
    (await mia.ok("GET", "/admin/real_names", values))["real_names"] as Record<string, unknown>[]
  const [masked] = await rows()
  expect(masked).toEqual({
    id: expect.any(String),
    uid: String(ana.uid),
    nick_name: `大米${ana.uid}`,
    status: "0",
    name: "A**",
    identify_type: "1",
    identification: `1${"*".repeat(16)}${number.at(-1)}`,
    birthday: null,
    sex: "2",
    school: "a school",
    create_time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    finish_time: "",
    decided_by: "",
    why: "",
  })
  expect(await logOf("real names", "real_name.reveal")).toEqual([])
  const revealed = await rows({ reveal: 1 })
  expect(revealed[0]).toEqual({ ...masked, name: "Annabella", identification: number, birthday: "1990-12-31" })
  const ids = revealed.map(({ id }) => Number(id))
  expect(await logOf("real names", "real_name.reveal")).toEqual([
    { actor: actorOf(mia), act: "real_name.reveal", detail: { ids } },
  ])
})

test("a decision is written down with its reason, and made once", async () => {
  const ana = await registers(app, "Ana")
  const { id } = await newest(ana)
  expect(await desk.ok("POST", "/admin/real_names/approve", { id })).toMatchObject({ id, status: "1" })
  expect(await mia.ok("POST", "/admin/real_names/approve", { id })).toMatchObject({ id, status: "1" })
  expect(await mia.ok("POST", "/admin/real_names/refuse", { id, why: "Stolen." })).toMatchObject({ id, status: "2" })
  expect(await desk.ok("POST", "/admin/real_names/refuse", { id, why: "Again." })).toMatchObject({ id, status: "2" })
  await mia.fails(10, "POST", "/admin/real_names/approve", { id })
  expect(await logOf(`real name ${id}`, "real_name.approve", "real_name.refuse")).toEqual([
    { actor: "token", act: "real_name.approve", detail: { userId: ana.uid, why: "" } },
    { actor: actorOf(mia), act: "real_name.refuse", detail: { userId: ana.uid, why: "Stolen." } },
  ])
  await mia.fails(10, "POST", "/admin/real_names/refuse", { id })
})

test("operators who decide at once decide one after the other", async () => {
  for (let round = 0; round < 5; round++) {
    const ana = await registers(app, "Ana")
    const { id } = await newest(ana)
    const answers = await Promise.all(
      [mia, desk, mia, desk].map((one, n) =>
        n % 2 === 0
          ? one.call("POST", "/admin/real_names/approve", { id })
          : one.call("POST", "/admin/real_names/refuse", { id, why: "No." }),
      ),
    )
    // Refusing goes after approving, so that it is refused whoever came first.
    expect(answers.filter(({ ErrCode }) => ErrCode !== 0 && ErrCode !== 10)).toEqual([])
    const log = await logOf(`real name ${id}`, "real_name.approve", "real_name.refuse")
    expect([["real_name.refuse"], ["real_name.approve", "real_name.refuse"]]).toContainEqual(log.map(({ act }) => act))
  }
})

test("nobody approves their own", async () => {
  const { id } = await newest(mia)
  await mia.fails(36, "POST", "/admin/real_names/approve", { id })
  await desk.ok("POST", "/admin/real_names/approve", { id })
})

test("the list pages by number and by the last row seen, a state at a time", async () => {
  for (let n = 0; n < 21; n++) await saysWhoTheyAre(await registers(app, `P${n}`))
  const page = async (values: Record<string, string | number>) =>
    (await mia.ok("GET", "/admin/real_names", values))["real_names"] as { id: string; status: string }[]
  const first = await page({})
  expect(first).toHaveLength(20)
  expect(await page({ before: first.at(-1)?.id ?? "" })).toEqual(await page({ index: 1 }))
  expect(await page({ index: 1_000 })).toEqual([])
  for (const [state, status] of [
    ["approved", "1"],
    ["refused", "2"],
  ] as const) {
    const rows = await page({ state })
    expect(new Set(rows.map((row) => row.status))).toEqual(new Set([status]))
  }
  await mia.fails(10, "GET", "/admin/real_names", { state: "odd" })
})

test("a record that cannot be opened hides no other, and can be refused", async () => {
  const { id } = await newest(await registers(app, "Ana"))
  const sealedIdentity = "v1.sealed-under-a-key-that-nobody-has-any-more"
  await write(app.running.app, (tx) =>
    tx
      .update(realNames)
      .set({ sealedIdentity })
      .where(eq(realNames.id, Number(id)))
      .returning({ id: realNames.id }),
  )
  const { real_names } = await mia.ok("GET", "/admin/real_names")
  const rows = real_names as Record<string, unknown>[]
  expect(rows[0]).toMatchObject({ id, name: null, identification: null })
  expect(rows[1]?.["name"]).toMatch(/\*\*$/)
  await mia.ok("POST", "/admin/real_names/refuse", { id, why: "It cannot be read; send it again." })
})

test("the switches are turned with 1 and 0, and that is written down", async () => {
  const eve = await anOperator(app, "Eve", "admin")
  for (const [path, name] of [
    ["/admin/switch_auth", "real_name"],
    ["/admin/switch_account_auth", "test_account_check"],
  ] as const) {
    const before = await logOf(name, "switch.turn")
    for (const on of [1, 0]) await eve.ok("GET", path, { switch: on })
    expect((await logOf(name, "switch.turn")).slice(before.length)).toEqual([
      { actor: actorOf(eve), act: "switch.turn", detail: { on: true } },
      { actor: actorOf(eve), act: "switch.turn", detail: { on: false } },
    ])
    const { ErrMsg } = await eve.fails(10, "GET", path, { switch: 2 })
    expect(ErrMsg).toContain('"switch"')
    await eve.fails(10, "GET", path)
  }
})

test("test accounts are sent gifts while the check is off", async () => {
  const eve = await anOperator(app, "Eve", "admin")
  let receiver = 0
  for await (const { userId } of mint(app.running.app, 1)) receiver = userId
  const gift = { userId: eve.uid, currency: "diamond", amount: 100, actor: "cli", why: "a story" } as const
  await creditUser(app.running.app, gift)
  await eve.ok("GET", "/admin/switch_account_auth", { switch: 1 })
  await eve.fails(52, "POST", "/gift/send_gift", { giftid: 1, num: 1, revid: receiver })
  await eve.ok("GET", "/admin/switch_account_auth", { switch: 0 })
  await eve.ok("POST", "/gift/send_gift", { giftid: 1, num: 1, revid: receiver })
})
