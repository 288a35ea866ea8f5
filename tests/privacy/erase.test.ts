import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test"
import { and, eq, or } from "drizzle-orm"
import { users } from "../../src/accounts/tables.ts"
import { creditUser } from "../../src/admin/credit.ts"
import { erasePerson } from "../../src/admin/erase.ts"
import { auditLog } from "../../src/audit/tables.ts"
import { auditLedger } from "../../src/ledger_audit/audit.ts"
import { follows } from "../../src/social/tables.ts"
import { filesDir, keptFiles } from "../files/stage.ts"
import { keepsAnEvening, promisesKept, shelfOf } from "../playback/stage.ts"
import { freshHome, type Home, startApp, type TestApp } from "../support/app.ts"
import { rowsAtRest } from "../support/at_rest.ts"
import { canCash } from "../support/cash.ts"
import { passwordOf, registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { runProgram } from "../support/process.ts"
import { operatorToken, reject, theDesk } from "../withdrawals/desk.ts"
import { aLife, buysPack, earnsRipeRice } from "./life.ts"

// Each runs the program a few times, on a machine that may be busy.
setDefaultTimeout(60_000)

let home: Home
let app: TestApp
beforeAll(async () => {
  home = await freshHome()
  app = await startApp({ ...home.env, ADMIN_TOKEN: operatorToken, SANDBOX: "1" })
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await home.remove()
})

/** Beside the running server, as an operator would. */
const erase = (who: Phone | number, ...args: string[]) =>
  runProgram(["admin", "erase", String(typeof who === "number" ? who : who.uid), ...args], home.env)

const rowOf = async ({ uid }: Phone) => {
  const [row] = await app.running.app.db.read.select().from(users).where(eq(users.id, uid))
  return row
}

const logOf = ({ uid }: Phone) =>
  app.running.app.db.read
    .select({ actor: auditLog.actor, detail: auditLog.detail })
    .from(auditLog)
    .where(and(eq(auditLog.target, `user ${uid}`), eq(auditLog.act, "person.erase")))

const addsUp = async () => expect(await auditLedger(app.running.app)).toMatchObject({ differences: 0 })

test("of Ana nothing is left but numbers; what is others' stays, and the ledger whole", async () => {
  const { ana, bo, desk, face, private: own, others } = await aLife(app)
  expect((await fetch(`${app.url}/files/${face}`)).status).toBe(200)
  await promisesKept(ana)
  const before = await rowsAtRest(app)
  const isKept = (text: string) => before.some((row) => row.includes(text))
  // What is sealed is not to be found anyhow.
  const sealed = ["realName", "number", "card", "address"]
  const plain = Object.entries(own).filter(([what]) => !sealed.includes(what))
  expect(plain.filter(([, text]) => !isKept(text))).toEqual([])

  const refused = await erase(ana, "--why", "she asked")
  expect(refused.code).toBe(1)
  expect(refused.errors).toMatch(/still has \d+ diamonds, \d+ rice, \d+ score\. .*--even-with-money/)
  expect(await rowsAtRest(app)).toEqual(before)

  const run = await erase(ana, "--even-with-money", "--why", "she", "asked")
  expect(run).toMatchObject({ code: 0, errors: "" })
  expect(run.printed).toMatch(/^User \d+ is erased\. \d+ diamonds, \d+ rice, \d+ score stay in the ledger/)
  await promisesKept(ana)

  const after = await rowsAtRest(app)
  const left = Object.entries(own).filter(([, text]) => after.some((row) => row.includes(text)))
  expect(left).toEqual([])
  expect(after.filter((row) => row.includes(others["report"] ?? "")).length).toBe(0)
  const gone = /^(cards|cash_phones|real_names|identities|roles|sessions|known_devices|replays) /
  expect(after.filter((row) => gone.test(row) && row.includes(`"user_id":${ana.uid},`))).toEqual([])
  expect(await logOf(ana)).toEqual([
    { actor: "cli", detail: { why: "she asked", left: expect.arrayContaining([expect.stringMatching(/^\d+ rice$/)]) } },
  ])

  // Bo keeps his letters, his gifts and what he said.
  const { letter } = await bo.ok("GET", "/letter/letter_show", { oid: ana.uid })
  expect((letter as { MessageBody: string }[]).map(({ MessageBody }) => MessageBody)).toEqual([
    "",
    others["letter"] ?? "",
  ])
  expect(await bo.ok("GET", "/gift/gain_rank")).toMatchObject({ rank: [{ send_user: String(ana.uid), count: "2" }] })
  expect((await bo.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ Focus: 0, Fans: 0 })
  await addsUp()
  const audit = await runProgram(["audit"], home.env)
  expect(audit).toMatchObject({ code: 0, printed: expect.stringContaining("The ledger adds up.") })

  expect((await fetch(`${app.url}/files/${face}`)).status).toBe(404)
  expect(keptFiles(filesDir(app))).toEqual([])

  // She cannot come back, nor be given anything; what was hers is free for others, herself included.
  await ana.fails(7, "GET", "/user/refresh_info")
  await ana.fails(8, "POST", "/action/login", { account: ana.tel, pwd: passwordOf("Ana") })
  await ana.fails(3, "POST", "/action/login", { account: `erased:${ana.uid}`, pwd: passwordOf("Ana") })
  await buysPack(bo)
  await bo.fails(53, "POST", "/gift/send_gift", { giftid: 1, num: 1, revid: ana.uid })
  await bo.fails(53, "GET", "/look_info", { uid: ana.uid })
  await bo.ok("POST", "/action/verify_tel", { tel: ana.tel })
  await bo.ok("POST", "/user/modify_info_nick", { nick_name: own["nickName"] })
  const identification = own["number"] ?? ""
  await bo.ok("POST", "/user/auth_real", { name: "Bo", identification })
  await bo.ok("POST", "/card/add_card", { bank: "b", card_no: own["card"], real_name: "Bo" })
  await desk.ok("GET", "/admin/withdrawals")
})

test("who is live is off the air at once, in the server beside, and so are the recordings", async () => {
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await keepsAnEvening(ana)
  expect(await shelfOf(ana)).toHaveLength(1)
  const roomId = await ana.opensRoom({ save: 1 })
  const [atAna, atBo, lobby] = [await ana.enters(roomId), await bo.enters(roomId), await ana.enters(0)]
  await atBo.settles()

  expect(await erase(ana, "--why", "banned for good")).toMatchObject({ code: 0, errors: "" })
  await atBo.hears({ mtype: 5 })
  await atAna.closed
  await lobby.hears({ mtype: 4, err: 60 })
  expect(await lobby.closed).toBe(4060)
  const { RoomList } = await bo.ok("GET", "/list_room")
  expect((RoomList as { room_id: string }[]).filter(({ room_id }) => room_id === String(roomId))).toEqual([])
  const rows = await rowsAtRest(app)
  const recorded = rows.filter((row) => row.startsWith("recordings ") && row.includes(`"owner_id":${ana.uid},`))
  expect(recorded).toHaveLength(1)
  for (const row of recorded) expect(row).toMatch(/"deleted_at":\d+/)
})

test("withdrawals that wait must be decided first, money or no money", async () => {
  const ana = await registers(app, "Ana")
  await canCash(ana)
  await earnsRipeRice(ana)
  const id = String((await ana.ok("POST", "/card/cash_bank", { money: 50 }))["id"])
  const refused = await erase(ana, "--even-with-money", "--why", "x")
  expect(refused).toMatchObject({ code: 1, printed: "", errors: expect.stringContaining(`first: ${id}.`) })
  expect((await rowOf(ana))?.tel).toBe(ana.tel)
  await reject(theDesk(app), id)
  expect((await erase(ana, "--even-with-money", "--why", "x")).printed).toContain("3960 rice stay")
  await addsUp()
})

test("erasing again takes what came meanwhile, and asks for no money", async () => {
  const ana = await registers(app, "Ana")
  await creditUser(app.running.app, { userId: ana.uid, currency: "score", amount: 5, actor: "cli", why: "a story" })
  expect(await erase(ana, "--even-with-money", "--why", "x")).toMatchObject({ code: 0 })
  const first = await rowOf(ana)
  expect(first).toMatchObject({ account: `erased:${ana.uid}`, tel: "", nickName: `大米${ana.uid}`, passwordHash: null })
  expect(await erase(ana, "--why", "once more")).toMatchObject({ code: 0 })
  expect(await rowOf(ana)).toEqual(first)
  expect(await logOf(ana)).toHaveLength(2)
})

test("what is mistyped, and who is not there, is told in a sentence and erases nobody", async () => {
  const ana = await registers(app, "Ana")
  for (const [who, args, sentence] of [
    [999_999, ["--why", "x"], "no such account"],
    [ana, [], "Usage"],
    [ana, ["--why"], "Usage"],
    [ana, ["because"], "Usage"],
    [ana, ["--even-with-money"], "Usage"],
  ] as const) {
    expect(await erase(who, ...args)).toMatchObject({ code: 1, printed: "", errors: expect.stringContaining(sentence) })
  }
  expect((await rowOf(ana))?.tel).toBe(ana.tel)
})

test("fans who follow, give and write in that very moment leave nothing crooked behind", async () => {
  const ana = await registers(app, "Ana")
  const fans = await Promise.all(Array.from({ length: 12 }, (_, n) => registers(app, `Fan${n}`)))
  for (const fan of fans) await buysPack(fan)
  const calls = fans.flatMap((fan) => [
    fan.call("POST", "/focus/focus_other", { oid: ana.uid }),
    fan.call("POST", "/gift/send_gift", { giftid: 1, num: 1, revid: ana.uid }),
    fan.call("POST", "/letter/write_letter", { oid: ana.uid, msg: "hello" }),
  ])
  const roomOfHers = ana.call("POST", "/room/create_room", { room_name: "one more" })
  const erased = erasePerson(app.running.app, { userId: ana.uid, actor: "cli", why: "x", evenWithMoney: true })
  const answers = await Promise.all(calls)
  await Promise.all([roomOfHers, erased])
  expect(answers.filter(({ ErrCode }) => ErrCode !== 0 && ErrCode !== 53)).toEqual([])

  const { read } = app.running.app.db
  expect(await read.$count(follows, or(eq(follows.followedId, ana.uid), eq(follows.followerId, ana.uid)))).toBe(0)
  for (const fan of fans) expect(await rowOf(fan)).toMatchObject({ focus: 0, fans: 0 })
  expect(await rowOf(ana)).toMatchObject({ focus: 0, fans: 0 })
  await addsUp()
})
