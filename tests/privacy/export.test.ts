import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test"
import { existsSync, statSync } from "node:fs"
import { join } from "node:path"
import { desc, eq } from "drizzle-orm"
import { everyHolding } from "../../src/admin/person.ts"
import { auditLog } from "../../src/audit/tables.ts"
import { freshHome, type Home, startApp, type TestApp } from "../support/app.ts"
import { passwordOf } from "../support/cast.ts"
import { runProgram } from "../support/process.ts"
import { operatorToken } from "../withdrawals/desk.ts"
import { aLife, type Life } from "./life.ts"

// Each runs the program a few times, on a machine that may be busy.
setDefaultTimeout(60_000)

let home: Home
let app: TestApp
let life: Life
beforeAll(async () => {
  home = await freshHome()
  app = await startApp({ ...home.env, ADMIN_TOKEN: operatorToken, SANDBOX: "1" })
  life = await aLife(app)
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await home.remove()
})

type Rows = Record<string, Record<string, unknown>[]>

/** Beside the running server, as an operator would. */
const exported = async (...args: string[]) => {
  const run = await runProgram(["admin", "export", ...args], home.env)
  expect({ code: run.code, errors: run.errors }).toEqual({ code: 0, errors: "" })
  return run.printed
}

test("an export has everything that is kept of Ana, by its name", async () => {
  const { ana, bo, others } = life
  const own = life.private
  const rows = JSON.parse(await exported(String(ana.uid))) as Rows
  expect(rows).toMatchObject({ uid: ana.uid, exported_at: expect.stringMatching(/^\d{4}-.*Z$/) })
  const told = everyHolding.filter(({ untold }) => untold === undefined).map(({ name }) => name)
  expect(Object.keys(rows)).toEqual(["uid", "exported_at", ...told])
  // Her life was a full one, so that no list is empty: whoever keeps something new has it happen in life.ts.
  expect(told.filter((name) => rows[name]?.length === 0)).toEqual([])

  expect(rows["profile"]).toMatchObject([
    {
      account: ana.tel,
      nickName: own["nickName"],
      signature: own["signature"],
      location: own["location"],
      school: own["school"],
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      bannedUntil: null,
    },
  ])
  expect(rows["rooms"]).toMatchObject([{}, { name: own["roomName"], location: own["roomPlace"] }])
  expect(rows["gifts_given"]).toMatchObject([{ receiverId: bo.uid, number: 2 }])
  expect(rows["gifts_received"]?.at(-1)).toMatchObject({ giverId: bo.uid, number: 1 })
  expect(rows["orders"]).toMatchObject([{ provider: "apple", state: "credited" }])
  expect(rows["withdrawals"]).toMatchObject([
    { kind: "cash", yuan: 50, bank: own["bank"], tail: own["card"]?.slice(-4) },
    { kind: "item" },
  ])
  expect(rows["letters_written"]).toMatchObject([{ text: own["letter"] }])
  expect(rows["letters_received"]).toMatchObject([{ text: others["letter"], senderId: bo.uid }])
  expect(rows["follows"]).toMatchObject([{ followedId: bo.uid }])
  expect(rows["followed_by"]).toHaveLength(2)
  expect(rows["reports_made"]).toMatchObject([{ text: own["report"] }])
  expect(rows["sign_in_identities"]).toMatchObject([{ subject: own["openId"] }])
  expect(rows["real_name"]).toMatchObject([
    { state: "approved", identity: { name: "A**", kind: 1, number: `1${"*".repeat(16)}${own["number"]?.at(-1)}` } },
  ])
})

test("neither her secrets nor what others told in confidence is in it", async () => {
  const { ana, others } = life
  const own = life.private
  const text = await exported(String(ana.uid))
  const secrets = [
    own["realName"],
    own["number"],
    own["card"],
    own["address"],
    others["report"],
    ana.token,
    passwordOf("Ana"),
  ]
  expect(secrets.filter((secret) => secret === undefined || text.includes(secret))).toEqual([])
  expect(text).not.toMatch(/argon2|"v1\.|[0-9a-f]{64}/)
})

test("with her identity it is for her own eyes: a file that only its owner reads, and that is written down", async () => {
  const { ana } = life
  const own = life.private
  const file = join(home.dataDir, "ana.json")
  const told = await exported(String(ana.uid), file, "--with-identity")
  expect(told).toContain(file)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const rows = (await Bun.file(file).json()) as Rows
  expect(rows["real_name"]).toMatchObject([
    { identity: { name: own["realName"], number: own["number"], birthday: "1937-05-19", sex: 2 } },
  ])
  expect(rows["card"]).toMatchObject([{ holder: own["realName"] }])
  expect(rows["withdrawals"]).toMatchObject([{ holder: own["realName"] }, { address: own["address"] }])
  expect(await Bun.file(file).text()).not.toContain(own["card"] ?? "")

  const [written] = await app.running.app.db.read
    .select({ actor: auditLog.actor, act: auditLog.act, detail: auditLog.detail })
    .from(auditLog)
    .where(eq(auditLog.target, `user ${ana.uid}`))
    .orderBy(desc(auditLog.id))
    .limit(1)
  expect(written).toEqual({ actor: "cli", act: "person.export", detail: { withIdentity: true } })

  const again = await runProgram(["admin", "export", String(ana.uid), file], home.env)
  expect(again).toMatchObject({ code: 1, errors: expect.stringContaining("exist") })
  expect(await Bun.file(file).json()).toEqual(rows)
})

test("Bo's has nothing that is only Ana's", async () => {
  const { bo } = life
  const own = life.private
  const text = await exported(String(bo.uid), "--with-identity")
  const { letter, ...rest } = own
  expect(text).toContain(letter ?? "")
  expect(Object.entries(rest).filter(([, secret]) => text.includes(secret))).toEqual([])
})

test("what is mistyped, and who is not there, is told in a sentence and makes no file", async () => {
  const file = join(home.dataDir, "nobody.json")
  for (const [args, sentence] of [
    [["999999", file], "no such account"],
    [["x"], "UID must be"],
    [["1", file, "more"], "Usage"],
    [["1", "--with-everything"], "Usage"],
  ] as const) {
    const run = await runProgram(["admin", "export", ...args], home.env)
    expect(run).toMatchObject({ code: 1, printed: "", errors: expect.stringContaining(sentence) })
  }
  expect(existsSync(file)).toBe(false)
})
