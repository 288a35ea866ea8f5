import { expect, test } from "bun:test"
import { isBanned } from "../playback/stage.ts"
import { registerAll } from "../social/stage.ts"
import { startApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"
import { assertSettled, deletes, listOf, reads, textsOf, unreadOf, writes } from "./stage.ts"

test("Ana and Bo write to each other: each has the talk, and what the other has not read yet is counted", async () => {
  await using app = await startApp()
  const [ana, bo, cai] = await registerAll(app, "Ana", "Bo", "Cai")
  await bo.ok("POST", "/user/modify_info_nick", { nick_name: "Bo" })
  expect([await listOf(ana), await reads(ana, bo), await unreadOf(ana)]).toEqual([[], [], 0])
  await writes(bo, ana, " hello ")
  await writes(bo, ana, "are you\nthere? 🎤")
  await writes(cai, ana, "me too")
  expect(await unreadOf(ana)).toBe(3)
  const [fromCai, fromBo] = await listOf(ana)
  expect(fromCai).toMatchObject({ uid: String(cai.uid), message_body: "me too", unread: "1" })
  expect(fromBo).toMatchObject({
    uid: String(bo.uid),
    nick_name: "Bo",
    message_body: "are you\nthere? 🎤",
    unread: "2",
  })
  expect(fromBo?.record_time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  expect(await listOf(bo)).toMatchObject([{ uid: String(ana.uid), unread: "0", session_id: fromBo?.session_id }])
  expect(await unreadOf(bo)).toBe(0)

  const shown = await reads(ana, bo)
  expect(textsOf(shown)).toEqual(["hello", "are you\nthere? 🎤"])
  expect(shown).toMatchObject([{ IsSend: false }, { IsSend: false, SessionId: Number(fromBo?.session_id) }])
  expect(shown[0]?.CreateTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/)
  expect(await unreadOf(ana)).toBe(1)
  await writes(ana, bo, "yes")
  expect((await listOf(ana)).map(({ message_body, unread }) => [message_body, unread])).toEqual([
    ["yes", "0"],
    ["me too", "1"],
  ])
  expect((await reads(bo, ana)).map(({ IsSend }) => IsSend)).toEqual([true, true, false])
  expect(textsOf(await reads(cai, ana))).toEqual(["me too"])
  expect(await reads(cai, bo)).toEqual([])
  await assertSettled(app)
})

test("a letter is refused for a reason, and then nobody has it", async () => {
  await using app = await startApp()
  const [ana, bo, cai] = await registerAll(app, "Ana", "Bo", "Cai")
  const fails = (code: number, letter: Record<string, string | number>) =>
    bo.fails(code, "POST", "/letter/write_letter", { oid: ana.uid, msg: "hello", ...letter })
  await fails(40, { oid: bo.uid })
  await fails(8, { oid: 999_999 })
  for (const msg of ["", "   ", "x".repeat(1_001), "a\0b"]) await fails(10, { msg })
  await fails(61, { msg: "六 合 彩" })
  await ana.ok("POST", "/black/add_black", { blackid: bo.uid })
  await fails(25, {})
  await isBanned(cai, 60_000)
  await fails(53, { oid: cai.uid })
  await cai.fails(59, "POST", "/letter/write_letter", { oid: ana.uid, msg: "hello" })
  expect([await listOf(ana), await listOf(bo), await unreadOf(ana)]).toEqual([[], [], 0])

  const { ErrMsg } = await ana.fails(25, "POST", "/letter/write_letter", { oid: bo.uid, msg: "and another thing" })
  expect(ErrMsg).toStartWith("You have blocked")
  expect(await unreadOf(bo)).toBe(0)
  await ana.ok("POST", "/black/del_black", { blackid: bo.uid })
  await writes(ana, bo, "😀".repeat(1_000))
  expect(textsOf(await reads(bo, ana))).toEqual(["😀".repeat(1_000)])
})

test("a letter sent again under its number is one letter", async () => {
  await using app = await startApp()
  const [ana, bo] = await registerAll(app, "Ana", "Bo")
  const letter = { oid: ana.uid, msg: "hello", request_id: "one-tap" }
  await Promise.all(Array.from({ length: 5 }, () => bo.ok("POST", "/letter/write_letter", letter)))
  await bo.fails(31, "POST", "/letter/write_letter", { ...letter, msg: "goodbye" })
  expect(textsOf(await reads(ana, bo))).toEqual(["hello"])
  await assertSettled(app)
})

test("who writes twenty letters in a row must wait, and then writes on", async () => {
  await using app = await startApp({ RATE_LIMITS: "on" })
  const [ana, bo, cai] = await registerAll(app, "Ana", "Bo", "Cai")
  for (let n = 0; n < 20; n++) await writes(bo, n % 2 ? ana : cai, `letter ${n}`)
  const late = await bo.fetch("POST", "/letter/write_letter", { oid: ana.uid, msg: "and one more" })
  expect(late.status).toBe(429)
  expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0)
  expect(await late.json()).toMatchObject({ ErrCode: 1, ErrMsg: expect.any(String) })
  await writes(ana, bo, "enough!")
  expect(await unreadOf(ana)).toBe(10)
})

test("Ana deletes the talk: it is gone for her alone, until there is a new letter", async () => {
  await using app = await startApp()
  const [ana, bo, cai] = await registerAll(app, "Ana", "Bo", "Cai")
  await ana.fails(23, "POST", "/letter/del_session", { oid: bo.uid })
  await writes(bo, ana, "one")
  await writes(ana, bo, "two")
  await writes(bo, ana, "three")
  await writes(cai, ana, "hi")
  const [, { session_id } = { session_id: "" }] = await listOf(ana)
  const opens = (who: Phone) => who.call("GET", "/letter/letter_open", { session_id })
  expect(await unreadOf(ana)).toBe(3)
  await deletes(ana, bo)
  await ana.fails(23, "POST", "/letter/del_session", { oid: bo.uid })
  expect([await unreadOf(ana), await reads(ana, bo)]).toEqual([1, []])
  expect((await listOf(ana)).map(({ uid }) => uid)).toEqual([String(cai.uid)])
  expect((await opens(ana)).ErrCode).toBe(23)
  expect(textsOf(await reads(bo, ana))).toEqual(["one", "two", "three"])
  await assertSettled(app)

  await writes(bo, ana, "four")
  expect(await listOf(ana)).toMatchObject([{ message_body: "four", unread: "1", session_id }, { message_body: "hi" }])
  expect((await opens(ana))["letter"]).toMatchObject([{ MessageBody: "four" }])
  await deletes(ana, bo)
  await writes(ana, bo, "five")
  expect(textsOf(await reads(ana, bo))).toEqual(["five"])
  expect(textsOf(await reads(bo, ana))).toEqual(["one", "two", "three", "four", "five"])
  expect(await unreadOf(ana)).toBe(1)
  await assertSettled(app)
})

test("a talk is opened by its number by the two alone, which makes it read as well", async () => {
  await using app = await startApp()
  const [ana, bo, cai] = await registerAll(app, "Ana", "Bo", "Cai")
  await writes(bo, ana, "hello")
  const [{ session_id } = { session_id: "" }] = await listOf(ana)
  await cai.fails(23, "GET", "/letter/letter_open", { session_id })
  await ana.fails(23, "GET", "/letter/letter_open", { session_id: 999_999 })
  const opened = await ana.ok("GET", "/letter/letter_open", { session_id })
  expect(await unreadOf(ana)).toBe(0)
  expect(opened["letter"]).toEqual(await reads(ana, bo))
  expect(opened["letter"]).toMatchObject([{ MessageBody: "hello", IsSend: false, SessionId: Number(session_id) }])
})
