import { expect, setDefaultTimeout, test } from "bun:test"
import { auditLedger } from "../../src/ledger_audit/audit.ts"
import { buysPack } from "../privacy/life.ts"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { anOperator, operatorToken, theDesk } from "../withdrawals/desk.ts"
import { actsIn, givenUp, idIn, wantsPack } from "./stage.ts"

setDefaultTimeout(30_000)

const env = { ADMIN_TOKEN: operatorToken }

test("a report waits until an operator is done with it; who was first, was", async () => {
  await using app = await startApp(env)
  const [ana, mal] = [await registers(app, "Ana"), await registers(app, "Mal")]
  const [mo, max] = [await anOperator(app, "Mo", "moderator"), await anOperator(app, "Max", "moderator")]
  for (const desc of ["herrings", "more herrings"]) await ana.ok("POST", "/report", { oid: mal.uid, desc })
  const open = await mo.ok("GET", "/admin/reports")
  expect(open["reports"]).toMatchObject([
    { uid: String(ana.uid), oid: String(mal.uid), desc: "more herrings", verified: true, settle_time: "" },
    { desc: "herrings" },
  ])
  const id = idIn(open, "reports")
  const settle = (who: typeof mo, outcome: string) => who.ok("POST", "/admin/reports/settle", { id, outcome })
  const outcomes = await Promise.all([settle(mo, "warned"), settle(max, "nothing in it"), settle(mo, "warned")])
  expect(new Set(outcomes.map(({ outcome }) => outcome)).size).toBe(1)
  expect((await actsIn(app)).filter(({ act }) => act === "report.settle")).toHaveLength(1)
  expect((await mo.ok("GET", "/admin/reports"))["reports"]).toMatchObject([{ desc: "herrings" }])
  expect((await mo.ok("GET", "/admin/reports", { state: "settled" }))["reports"]).toMatchObject([{ id }])
  expect((await mo.ok("GET", "/admin/reports", { oid: mal.uid }))["reports"]).toHaveLength(2)
  expect((await mo.ok("GET", "/admin/reports", { oid: ana.uid }))["reports"]).toEqual([])
  await mo.fails(10, "GET", "/admin/reports", { oid: mal.uid, state: "open" })
})

test("a word is forbidden from the answer on, until it is allowed again", async () => {
  await using app = await startApp(env)
  const [ana, mo] = [await registers(app, "Ana"), await anOperator(app, "Mo", "moderator")]
  const rename = { nick_name: "a Herring here" }
  const added = await mo.ok("POST", "/admin/words/forbid", { words: " herring \r\n\nkipper\nherring" })
  expect(added["words"]).toMatchObject([{ word: "herring" }, { word: "kipper" }])
  await ana.fails(61, "POST", "/user/modify_info_nick", rename)
  expect((await mo.ok("POST", "/admin/words/forbid", { words: "herring" }))["words"]).toEqual([])
  const listed = (await mo.ok("GET", "/admin/words"))["words"] as { id: string; word: string }[]
  expect(listed.slice(0, 2).map(({ word }) => word)).toEqual(["kipper", "herring"])
  await mo.ok("POST", "/admin/words/allow", { id: listed[1]?.id ?? "" })
  await ana.ok("POST", "/user/modify_info_nick", rename)
  for (const words of ["", " \n ", "x".repeat(31), "a\u0007b", Array(1_001).fill("w").join("\n")]) {
    await mo.fails(10, "POST", "/admin/words/forbid", { words })
  }
})

test("words that are forbidden and allowed at once are in the end as the table has them", async () => {
  await using app = await startApp(env)
  const desk = theDesk(app)
  const words = Array.from({ length: 20 }, (_, n) => `kipper${String.fromCharCode(97 + n)}`)
  await Promise.all(words.map((one) => desk.ok("POST", "/admin/words/forbid", { words: one })))
  for (const one of words) expect({ one, found: app.running.app.words.finds(one) }).toEqual({ one, found: true })
})

test("the newest notice that is on is sent to every socket when an operator says so", async () => {
  await using app = await startApp(env)
  const [ana, bo, mo] = [
    await registers(app, "Ana"),
    await registers(app, "Bo"),
    await anOperator(app, "Mo", "moderator"),
  ]
  const [inRoom, inLobby] = [await ana.enters(await ana.opensRoom()), await bo.enters(0)]
  for (const socket of [inRoom, inLobby]) await socket.settles()
  await mo.ok("GET", "/admin/flush_notice")
  await mo.ok("POST", "/admin/notices/add", { text: "first" })
  const { notice } = await mo.ok("POST", "/admin/notices/add", { text: "second" })
  const { id } = notice as { id: string }
  await mo.ok("GET", "/admin/flush_notice")
  await mo.ok("POST", "/admin/notices/change", { id, on: 0 })
  await mo.ok("GET", "/admin/flush_notice")
  for (const socket of [inRoom, inLobby]) {
    await socket.hears({ mtype: 6 })
    await socket.hears({ mtype: 6, notice: "first" })
    expect(socket.frames.filter(({ mtype }) => mtype === 6).map((frame) => frame["notice"])).toEqual([
      "second",
      "first",
    ])
  }
  expect((await mo.ok("GET", "/admin/notices"))["notices"]).toMatchObject([
    { id, on: false },
    { text: "first", on: true },
  ])
})

test("a promise that was given up is kept once it is tried again, and told without what opens anything", async () => {
  await using app = await startApp(env)
  const [ana, desk] = [await registers(app, "Ana"), theDesk(app)]
  const socket = await ana.enters(0)
  await socket.settles()
  const id = await givenUp(app, "account.closed", { userId: ana.uid, token: "a-store's-own" })
  expect((await desk.ok("GET", "/admin/outbox"))["outbox"]).toMatchObject([
    { id: String(id), kind: "account.closed", payload: { userId: ana.uid }, attempts: 20 },
  ])
  expect(JSON.stringify(await desk.ok("GET", "/admin/outbox"))).not.toContain("a-store's-own")
  await desk.ok("POST", "/admin/outbox/retry", { id })
  expect(await socket.closed).toBe(4060)
  expect((await desk.ok("GET", "/admin/outbox"))["outbox"]).toEqual([])
  await desk.fails(27, "POST", "/admin/outbox/retry", { id })
})

test("an order is refunded by hand once, its diamonds are taken back, and the books stay right", async () => {
  await using app = await startApp(env)
  const [cai, fin] = [await registers(app, "Cai"), await anOperator(app, "Fin", "finance")]
  await buysPack(cai)
  const id = idIn(await fin.ok("GET", "/admin/orders", { oid: cai.uid }), "orders")
  const refund = () => fin.ok("POST", "/admin/orders/refund", { id, why: "she was a child" })
  const answers = await Promise.all([refund(), refund(), refund()])
  for (const { order } of answers) expect(order).toMatchObject({ state: "refunded" })
  expect((await actsIn(app)).filter(({ act }) => act === "order.refund")).toHaveLength(1)
  expect(await fin.ok("GET", "/admin/users/person", { oid: cai.uid })).toMatchObject({
    wallet: { diamond: 0, debt: 0 },
  })
  expect((await fin.ok("GET", "/admin/orders", { state: "refunded" }))["orders"]).toMatchObject([
    { id, uid: String(cai.uid) },
  ])
  expect(await auditLedger(app.running.app)).toMatchObject({ differences: 0 })

  const open = await wantsPack(cai)
  await fin.fails(10, "POST", "/admin/orders/refund", { id: open, why: "x" })
  await fin.ok("POST", "/admin/orders/ask", { id: open })
  await fin.fails(10, "POST", "/admin/orders/ask", { id })
  await fin.fails(10, "GET", "/admin/orders", { oid: cai.uid, state: "created" })
  const { orders } = await fin.ok("GET", "/admin/orders", { oid: cai.uid })
  expect(orders).toMatchObject([{ id: String(open), state: "created" }, { id }])
})
