import { expect, setDefaultTimeout, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { saysWhoTheyAre } from "../support/identity.ts"
import { buysDiamonds } from "../support/money.ts"
import type { Phone } from "../support/phone.ts"
import { anOperator, operatorToken, theDesk } from "../withdrawals/desk.ts"

setDefaultTimeout(30_000)

const env = { ADMIN_TOKEN: operatorToken }

type People = { id: string; NickName: string; account: string }[]

const find = async (operator: Phone, by: Record<string, string | number>) =>
  (await operator.ok("GET", "/admin/users", by))["users"] as People

test("a person is found by phone in any form, and shown with the phone masked", async () => {
  await using app = await startApp(env)
  const [ana] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const mo = await anOperator(app, "Mo", "moderator")
  for (const account of [ana.tel, `+86${ana.tel}`]) {
    const found = await find(mo, { account })
    expect(found).toMatchObject([{ id: String(ana.uid) }])
    expect(JSON.stringify(found)).not.toContain(ana.tel)
  }
  expect(await find(mo, { account: ana.tel, index: 1 })).toEqual([])
  expect(await find(mo, { account: ana.tel.slice(0, -1) })).toEqual([])
  await mo.fails(10, "GET", "/admin/users", { account: ana.tel, nick_name: "A" })
})

test("people are found by how their nickname begins, page after page, whatever it is made of", async () => {
  await using app = await startApp(env)
  const desk = theDesk(app)
  const names = ["zeta", "Zoë", "Zo\u{1F600}", "Z_o", "Z%o", "Zo", "zo", "Ümit", "张三", "张"]
  for (const nick_name of names) {
    const phone = await registers(app, "Cai")
    await phone.ok("POST", "/user/modify_info_nick", { nick_name })
  }
  const called = async (nick_name: string) => (await find(desk, { nick_name })).map(({ NickName }) => NickName)
  expect(await called("Z")).toEqual(["Z%o", "Z_o", "Zo", "Zoë", "Zo\u{1F600}"])
  expect(await called("Zo")).toEqual(["Zo", "Zoë", "Zo\u{1F600}"])
  expect(await called("Z_")).toEqual(["Z_o"])
  expect(await called("z")).toEqual(["zeta", "zo"])
  expect(await called("张")).toEqual(["张", "张三"])
  expect(await called("%")).toEqual([])

  for (let n = 0; n < 25; n++) {
    const phone = await registers(app, "Cai")
    await phone.ok("POST", "/user/modify_info_nick", { nick_name: `y${String(n).padStart(2, "0")}` })
  }
  const first = await find(desk, { nick_name: "y" })
  const rest = await find(desk, { nick_name: "y", before: first.at(-1)?.id ?? "" })
  expect([...first, ...rest].map(({ NickName }) => NickName)).toEqual(
    Array.from({ length: 25 }, (_, n) => `y${String(n).padStart(2, "0")}`),
  )
  expect(await find(desk, { nick_name: "y", index: 1 })).toEqual(rest)
  const newest = await find(desk, {})
  expect(newest).toHaveLength(20)
  expect((await find(desk, { before: newest.at(-1)?.id ?? "" }))[0]?.id).toBe(String(Number(newest.at(-1)?.id) - 1))
})

test("one person's page has what there is of them, and nothing that a document says", async () => {
  await using app = await startApp(env)
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const fin = await anOperator(app, "Fin", "finance")
  const number = await saysWhoTheyAre(ana, { name: "Annabella Quatermain" })
  await buysDiamonds(ana, 30)
  await bo.ok("POST", "/report", { oid: ana.uid, desc: "she sings too loud" })
  const roomId = await ana.opensRoom({ room_name: "songs" })
  await (await ana.enters(roomId)).settles()
  const page = await fin.ok("GET", "/admin/users/person", { oid: ana.uid })
  expect(page).toMatchObject({
    user: { id: String(ana.uid), until: 0 },
    roles: [],
    wallet: { diamond: 30, rice: 0, score: 0, debt: 0 },
    real_name: { status: "0" },
    room: { room_id: String(roomId), room_name: "songs", mtype: 0 },
    online: true,
    bans: [],
    reports: { open: 1, settled: 0 },
    orders_credited: 0,
    withdrawals_pending: 0,
  })
  for (const secret of [number, "Annabella", ana.tel, ana.token]) expect(JSON.stringify(page)).not.toContain(secret)
  expect(await fin.ok("GET", "/admin/users/person", { oid: fin.uid })).toMatchObject({ roles: ["finance"] })
  await fin.fails(8, "GET", "/admin/users/person", { oid: 999_999 })
})
