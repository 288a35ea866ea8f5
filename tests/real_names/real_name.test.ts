import { afterAll, beforeAll, expect, test } from "bun:test"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { newestRealName, nextResidentNumber, provesWhoTheyAre, saysWhoTheyAre } from "../support/identity.ts"
import type { Phone } from "../support/phone.ts"
import { anOperator } from "../withdrawals/desk.ts"

let app: TestApp
let mia: Phone
beforeAll(async () => {
  app = await startApp()
  mia = await anOperator(app, "Mia", "moderator")
})
afterAll(() => app[Symbol.asyncDispose]())

const turns = async (on: 0 | 1) => {
  const eve = await anOperator(app, "Eve", "admin")
  await eve.ok("GET", "/admin/switch_auth", { switch: on })
}

const approves = async () =>
  mia.ok("POST", "/admin/real_names/approve", { id: (await newestRealName(mia))["id"] ?? "" })

const refuses = async (why: string) =>
  mia.ok("POST", "/admin/real_names/refuse", { id: (await newestRealName(mia))["id"] ?? "", why })

const userOf = async (phone: Phone) =>
  (await phone.ok("GET", "/user/refresh_info"))["user"] as { School: string; AuthReal: number; AuthRealWhy: string }

test("where real names are asked for, Ana goes live once an operator has looked at hers", async () => {
  const ana = await registers(app, "Ana")
  const status = async () => (await ana.ok("GET", "/admin/auth_real_status"))["status"]
  expect(await status()).toBe(false)
  await turns(1)
  expect(await status()).toBe(true)

  await ana.fails(45, "POST", "/room/create_room")
  await saysWhoTheyAre(ana, { school: "the school of life" })
  await ana.fails(46, "POST", "/room/create_room")
  await ana.fails(46, "POST", "/user/auth_real", { name: "Ana", identification: nextResidentNumber() })
  expect(await userOf(ana)).toMatchObject({ School: "", AuthReal: 1 })

  const lobby = await ana.enters(0)
  await approves()
  await lobby.hears({ mtype: 6, notice: "Your real name was approved." })
  await ana.opensRoom()
  expect(await userOf(ana)).toMatchObject({ School: "the school of life", AuthReal: 2, AuthRealWhy: "" })
  expect((await mia.ok("GET", "/look_info", { uid: ana.uid }))["user"]).toMatchObject({ School: "the school of life" })
  await ana.fails(10, "POST", "/user/auth_real", { name: "Ana", identification: nextResidentNumber() })
  await turns(0)
})

test("who was refused is told why, and sends it again", async () => {
  await turns(1)
  const ana = await registers(app, "Ana")
  const first = await saysWhoTheyAre(ana)
  const { id = "" } = await newestRealName(mia)
  const lobby = await ana.enters(0)
  await refuses("The name is not the card's.")
  await lobby.hears({ mtype: 6, notice: "Your real name was refused: The name is not the card's." })
  const { ErrMsg } = await ana.fails(45, "POST", "/room/create_room")
  expect(ErrMsg).toContain("The name is not the card's.")
  expect(await userOf(ana)).toMatchObject({ AuthReal: 3, AuthRealWhy: "The name is not the card's." })

  await saysWhoTheyAre(ana, { identification: first })
  await ana.fails(46, "POST", "/room/create_room")
  // What Mia looked at before is not what waits now.
  await mia.fails(27, "POST", "/admin/real_names/approve", { id })
  await approves()
  await ana.opensRoom()
  await turns(0)
})

test("what the identity card says must agree with what is told beside it", async () => {
  const ana = await registers(app, "Ana")
  const identification = nextResidentNumber("19901231", 2)
  const card = { name: "Ana", identification }
  const faulty: [string, Record<string, string | number>][] = [
    ["birthday", { birthday: "1990-12-30" }],
    ["birthday", { birthday: "1990-02-30" }],
    ["sex", { sex: 1 }],
    ["sex", { sex: 3 }],
    ["identification", { identification: `${identification.slice(0, -1)}${identification.endsWith("1") ? 2 : 1}` }],
    ["identification", { identification: "" }],
    ["identification", { identify_type: 3 }],
    ["identify_type", { identify_type: 4 }],
    ["name", { name: "" }],
    ["name", { name: "a".repeat(41) }],
    ["school", { school: "a".repeat(81) }],
  ]
  for (const [parameter, values] of faulty) {
    const { ErrMsg } = await ana.fails(10, "POST", "/user/auth_real", { ...card, ...values })
    expect(ErrMsg).toContain(`"${parameter}"`)
    expect(ErrMsg).not.toContain(identification.slice(0, 10))
  }
  const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
  for (const values of [
    { identification: nextResidentNumber(tomorrow.replaceAll("-", "")) },
    { identification: "E12345678", identify_type: 2, birthday: tomorrow },
  ]) {
    const { ErrMsg } = await ana.fails(10, "POST", "/user/auth_real", { name: "Ana", ...values })
    expect(ErrMsg).toContain('"birthday"')
  }
  expect(await userOf(ana)).toMatchObject({ AuthReal: 0 })
  await ana.ok("POST", "/user/auth_real", { ...card, sex: 2, birthday: "1990/12/31" })
  expect(await newestRealName(mia)).toMatchObject({ identification, birthday: "1990-12-31", sex: "2" })
})

test("a school that nobody may read is refused", async () => {
  const ana = await registers(app, "Ana")
  const values = { name: "Ana", identification: nextResidentNumber(), school: "六 合 彩" }
  const { ErrMsg } = await ana.fails(10, "POST", "/user/auth_real", values)
  expect(ErrMsg).toContain('"school"')
})

test.each([
  [1, "１１０１０５４９１２３１００２", "11010519491231002X"],
  [2, "e 1234-5678", "E12345678"],
  [3, "军字第1234567", "军字第1234567号"],
  [3, "南字01234567号", "南字第01234567号"],
])("a document of kind %d is known however it is written: %s", async (identify_type, identification, known) => {
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  await ana.ok("POST", "/user/auth_real", { name: "Ana", identification, identify_type })
  expect(await newestRealName(mia)).toMatchObject({ identification: known, identify_type: String(identify_type) })
  const values = { name: "Bo", identification: known, identify_type }
  const { ErrMsg } = await bo.fails(10, "POST", "/user/auth_real", values)
  expect(ErrMsg).toContain('"identification"')
  await refuses("This is a story.")
  await bo.ok("POST", "/user/auth_real", values)
  await ana.fails(10, "POST", "/user/auth_real", { name: "Ana", identification, identify_type })
})

test("of twenty accounts that claim one identity at once, one gets it", async () => {
  const crowd = await Promise.all(Array.from({ length: 20 }, (_, n) => registers(app, `P${n}`)))
  const values = { name: "Ana", identification: nextResidentNumber() }
  const answers = await Promise.all(crowd.map((one) => one.call("POST", "/user/auth_real", values)))
  expect(answers.map(({ ErrCode }) => ErrCode).sort((one, other) => one - other)).toEqual([0, ...Array(19).fill(10)])
})

test("who claims twenty identities at once has claimed one", async () => {
  const ana = await registers(app, "Ana")
  const claims = Array.from({ length: 20 }, () => ({ name: "Ana", identification: nextResidentNumber() }))
  const answers = await Promise.all(claims.map((values) => ana.call("POST", "/user/auth_real", values)))
  expect(answers.map(({ ErrCode }) => ErrCode).sort((one, other) => one - other)).toEqual([0, ...Array(19).fill(46)])
})

test("an identity has as many accounts as the settings say", async () => {
  await using generous = await startApp({ REAL_NAME_ACCOUNTS: "3" })
  const crowd = await Promise.all(Array.from({ length: 8 }, (_, n) => registers(generous, `P${n}`)))
  const values = { name: "Ana", identification: nextResidentNumber() }
  const answers = await Promise.all(crowd.map((one) => one.call("POST", "/user/auth_real", values)))
  expect(answers.filter(({ ErrCode }) => ErrCode === 0)).toHaveLength(3)
})

test("a real name that turned out to be somebody else's is taken back", async () => {
  await turns(1)
  const ana = await registers(app, "Ana")
  await saysWhoTheyAre(ana, { school: "a school" })
  const { id = "" } = await newestRealName(mia)
  await mia.ok("POST", "/admin/real_names/approve", { id })
  await mia.ok("POST", "/admin/real_names/refuse", { id, why: "Stolen." })
  await ana.fails(45, "POST", "/room/create_room")
  expect(await userOf(ana)).toMatchObject({ School: "", AuthReal: 3 })
  await turns(0)
})

test("a real name survives a restart, and means nothing while nobody asks for it", async () => {
  await using own = await startApp()
  const [eve, ana, bo] = [
    await anOperator(own, "Eve", "admin"),
    await registers(own, "Ana"),
    await registers(own, "Bo"),
  ]
  await eve.ok("GET", "/admin/switch_auth", { switch: 1 })
  await provesWhoTheyAre(ana, eve)
  await own.restart()
  await ana.opensRoom()
  await bo.fails(45, "POST", "/room/create_room")
  await eve.ok("GET", "/admin/switch_auth", { switch: 0 })
  await bo.opensRoom()
})
