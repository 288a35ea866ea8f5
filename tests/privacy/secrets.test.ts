import { Database as SqliteFile } from "bun:sqlite"
import { expect, test } from "bun:test"
import { join } from "node:path"
import { SQL } from "bun"
import { engine } from "../../src/db/kit.ts"
import { databaseFile } from "../../src/db/sqlite.ts"
import { uploads } from "../files/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { keptAtRest } from "../support/at_rest.ts"
import { cardNumber } from "../support/cash.ts"
import { nextTel } from "../support/cast.ts"
import { nextResidentNumber } from "../support/identity.ts"
import { noisePng } from "../support/images.ts"
import { earnsRipeRice } from "../support/money.ts"
import { Phone } from "../support/phone.ts"
import { operatorToken, theDesk } from "../withdrawals/desk.ts"

/** A key of this story's, so that no file has it. */
const dataKey = "5eed".repeat(16)

/**
 * Phone numbers are people's account names, by which they are found and to which codes are sent: the database has them in
 * the clear, the log does not. Whatever else is told in confidence is in neither.
 */
test("an evening leaves no secret in the log, in the database or in its files", async () => {
  await using app = await startApp({ ADMIN_TOKEN: operatorToken, DATA_KEY: dataKey, SANDBOX: "1" })
  const secrets: Record<string, string> = { operatorToken, dataKey }
  const keeps = (what: string, secret: string) => {
    expect(secret.length).toBeGreaterThan(5)
    secrets[what] = secret
    return secret
  }
  const codeSent = async (phone: Phone, tel: string, purpose: string) => {
    await phone.ok("POST", "/action/send_code", { tel, purpose })
    return keeps(`the code to ${purpose}`, app.sms.sent.findLast((one) => one.tel === tel)?.code ?? "")
  }

  // She registers, signs in again, changes her password, forgets it.
  const ana = new Phone(app, "Ana")
  ana.tel = nextTel()
  const first = keeps("first password", "correct-horse-1")
  const code = await codeSent(ana, ana.tel, "register")
  const made = await ana.ok("POST", "/action/register", { account: ana.tel, pwd: first, code })
  ana.uid = Number(made["uid"])
  keeps("first token", String(made["token"]))
  await ana.fails(3, "POST", "/action/login", { account: ana.tel, pwd: keeps("wrong password", "battery-staple-0") })
  const signsIn = async (pwd: string, what: string) => {
    const { user } = await ana.ok("POST", "/action/login", { account: ana.tel, pwd })
    ana.token = keeps(what, (user as { Token: string }).Token)
  }
  await signsIn(first, "second token")
  const second = keeps("second password", "correct-horse-2")
  await ana.ok("POST", "/user/modify_pwd", { oldpwd: first, newpwd: second })
  const third = keeps("third password", "correct-horse-3")
  const resetCode = await codeSent(ana, ana.tel, "reset")
  await ana.ok("POST", "/action/modify_pwd", { account: ana.tel, pwd: third, code: resetCode })
  await signsIn(third, "third token")

  // She proves who she is, by one document and, after a refusal, by another.
  const desk = theDesk(app)
  const decides = async (verb: "approve" | "refuse") => {
    const { real_names } = await desk.ok("GET", "/admin/real_names", { reveal: 1 })
    const [{ id } = { id: "" }] = real_names as { id: string }[]
    await desk.ok("POST", `/admin/real_names/${verb}`, { id, ...(verb === "refuse" && { why: "Illegible." }) })
  }
  const name = keeps("real name", "Annabella Quatermain")
  const number = keeps("identity number", nextResidentNumber("19370519", 2))
  const passport = keeps("passport", "E73190284")
  const claims = { name, birthday: "1937-05-19", sex: 2 }
  await ana.ok("POST", "/user/auth_real", { ...claims, identification: passport, identify_type: 2 })
  await decides("refuse")
  await ana.fails(10, "POST", "/user/auth_real", { ...claims, birthday: "1937-05-20", identification: number })
  await ana.ok("POST", "/user/auth_real", { ...claims, identification: number, request_id: "real" })
  await decides("approve")
  keeps("birthday", "1937-05-19")
  keeps("birthday in digits", "19370519")

  // She is live, is given gifts, and cashes out.
  const roomId = await ana.opensRoom()
  await (await ana.enters(roomId)).settles()
  await earnsRipeRice(ana, 3_000)
  const cashTel = nextTel()
  const cashCode = await codeSent(ana, cashTel, "cash")
  await ana.ok("POST", "/card/cash_tel", { cash_tel: cashTel, code: cashCode })
  const card_no = keeps("card", cardNumber(731_902_846))
  await ana.ok("POST", "/card/add_card", { bank: "a bank", card_no, real_name: name, request_id: "card" })
  await ana.fails(10, "POST", "/card/add_card", {
    bank: "a bank",
    card_no: `${card_no.slice(0, -1)}x`,
    real_name: name,
  })
  await ana.ok("POST", "/card/cash_bank", { money: 50, request_id: "cash" })
  const address = keeps("address", "12 Fenchurch Street")
  await ana.ok("POST", "/card/exchange_item", { item_id: 1, address })
  await desk.ok("GET", "/admin/withdrawals")
  const receipt = "sandbox:gold_10:a-receipt-of-hers"
  await ana.ok("POST", "/pay/apple_pay", { receipt })
  await ana.ok("POST", "/room/close_room", { roomid: roomId })

  // A friend comes by WeChat, once in vain, and uploads a picture.
  const cai = new Phone(app, "Cai")
  const shown = { openid: "oCAI", refresh_token: keeps("refresh token", "a-refresh-token-of-cais") }
  const comes = (access_token: string) => cai.call("POST", "/third_login/weixin_login", { ...shown, access_token })
  expect((await comes("refused")).ErrCode).toBe(29)
  const { user: friend } = await comes(keeps("access token", "an-access-token-of-cais"))
  cai.token = keeps("a friend's token", (friend as { Token: string }).Token)
  const upload = await cai.ok("GET", "/upfile/gen_7niu_token", { uptype: 1 })
  keeps("upload token", String(upload["token"]))
  const grant = { token: String(upload["token"]), key: String(upload["key"]) }
  expect((await uploads(app, grant, noisePng(20, 20))).status).toBe(200)
  expect((await uploads(app, { ...grant, token: `${grant.token}x` }, noisePng(20, 20))).status).toBe(401)

  // The database fails in the middle of her next call: what it was asked with is not told.
  await withoutRealNames(app)
  const bo = await stranger(app, keeps)
  const failed = keeps("identity number of a call that failed", nextResidentNumber("19490620"))
  await bo.fails(1, "POST", "/user/auth_real", { name, identification: failed })
  expect(app.logged.filter((line) => line.includes("request failed"))).toHaveLength(1)

  await app.restart()
  const places = { atRest: await keptAtRest(app), logged: app.logged.join("\n") }
  // The places are the right ones: what is no secret is found there.
  expect(places.atRest).toContain("a bank")
  expect(places.atRest).toContain(ana.tel)
  expect(places.atRest).toContain("Illegible.")

  for (const [place, text] of Object.entries(places)) {
    const words = text.split(/[^\p{L}\p{N}_-]+/u)
    const inWords = new Set(words)
    // Six digits can come by chance inside a longer number, so codes are looked for as words.
    const found = Object.entries(secrets).filter(([what, secret]) =>
      what.startsWith("the code") ? inWords.has(secret) : text.includes(secret),
    )
    expect({ place, found }).toEqual({ place, found: [] })
  }
  for (const tel of [ana.tel, cashTel]) expect(places.logged).not.toContain(tel)
  for (const part of [number.slice(0, 14), card_no.slice(0, -4), "Quatermain", "Fenchurch"]) {
    expect([part, Object.values(places).some((text) => text.includes(part))]).toEqual([part, false])
  }
})

/** Takes a table away behind the server's back. */
async function withoutRealNames({ running }: TestApp): Promise<void> {
  const { dataDir, databaseUrl } = running.app.config
  const statement = "ALTER TABLE real_names RENAME TO real_names_gone"
  if (engine === "sqlite") {
    using file = new SqliteFile(join(dataDir, databaseFile))
    file.run(statement)
    return
  }
  await using database = new SQL(databaseUrl ?? "", { max: 1 })
  await database.unsafe(statement)
}

async function stranger(app: TestApp, keeps: (what: string, secret: string) => string): Promise<Phone> {
  const phone = new Phone(app, "Bo")
  phone.tel = nextTel()
  await phone.ok("POST", "/action/send_code", { tel: phone.tel, purpose: "register" })
  const code = keeps("the code to register, once more", app.sms.sent.at(-1)?.code ?? "")
  const pwd = keeps("another's password", "correct-horse-4")
  const made = await phone.ok("POST", "/action/register", { account: phone.tel, pwd, code })
  phone.token = keeps("another's token", String(made["token"]))
  phone.uid = Number(made["uid"])
  return phone
}
