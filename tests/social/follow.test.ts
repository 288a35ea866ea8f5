import { expect, test } from "bun:test"
import { followedMax } from "../../src/social/follow.ts"
import { amends } from "../gifts/stage.ts"
import { isBanned } from "../playback/stage.ts"
import { startApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"
import { countsOf, fansOf, follow, followedBy, registerAll } from "./stage.ts"

test("Bo follows Ana, Ana follows back, and everybody sees how many", async () => {
  await using app = await startApp()
  const [ana, bo, cai] = await registerAll(app, "Ana", "Bo", "Cai")
  await bo.ok("POST", "/user/modify_char", { nickname: "Bo", sex: 1 })
  await bo.ok("POST", "/user/modify_info_sign", { sign: "hi" })
  await follow(bo, ana)
  await follow(bo, ana)
  await follow(cai, ana)

  expect(await ana.ok("GET", "/focus/fans_list")).toMatchObject({ count: 2 })
  const [newest, bosRow] = await fansOf(ana)
  expect(newest).toMatchObject({ uid: String(cai.uid), relation: "0" })
  expect(bosRow).toMatchObject({ uid: String(bo.uid), nick_name: "Bo", sex: "1", signature: "hi", user_level: 0 })
  expect(bosRow).toMatchObject({ relation: "0", statue: "0", anchor_level: 0, image: "" })
  await follow(ana, bo)
  expect((await fansOf(ana)).map(({ relation }) => relation)).toEqual(["0", "1"])
  expect(await fansOf(bo)).toMatchObject([{ uid: String(ana.uid), relation: "1" }])

  expect(await countsOf(ana)).toEqual({ focus: 1, fans: 2 })
  expect(await countsOf(bo)).toEqual({ focus: 1, fans: 1 })
  expect((await bo.ok("GET", "/user/refresh_info"))["user"]).toMatchObject({ Focus: 1, Fans: 1 })
  const seenBy = async (phone: Phone) => (await phone.ok("GET", "/look_info_all", { oid: ana.uid }))["user"]
  expect(await seenBy(bo)).toMatchObject({ IsFocus: true, Focus: 1, Fans: 2 })
  expect(await seenBy(ana)).toMatchObject({ IsFocus: false })

  await bo.ok("POST", "/focus/cancel_focus", { oid: ana.uid })
  await bo.fails(6, "POST", "/focus/cancel_focus", { oid: ana.uid })
  expect(await seenBy(bo)).toMatchObject({ IsFocus: false, Fans: 1 })
  expect(await countsOf(bo)).toEqual({ focus: 0, fans: 1 })
  expect(await fansOf(bo)).toMatchObject([{ uid: String(ana.uid), relation: "0" }])
})

test("who is live is seen in every list, and in the room the follower is known", async () => {
  await using app = await startApp()
  const [ana, bo, cai] = await registerAll(app, "Ana", "Bo", "Cai")
  await follow(bo, ana)
  await follow(bo, cai)
  await follow(ana, bo)
  const idle = { uid: String(ana.uid), live: "", room_id: 0, cover: "", statue: "0" }
  expect((await followedBy(bo))[1]).toMatchObject(idle)
  expect(await bo.ok("GET", "/focus/focus_live_list")).toMatchObject({ count: 0, focus: [] })

  const roomId = await ana.opensRoom()
  const [rowOfCai, rowOfAna] = await followedBy(bo)
  expect(rowOfCai).toMatchObject({ uid: String(cai.uid), live: "", room_id: 0 })
  expect(rowOfAna).toMatchObject({ uid: String(ana.uid), room_id: roomId, statue: "1" })
  expect(rowOfAna?.["live"]).toMatch(new RegExp(`^rtmp://.*/live/${roomId}\\b`))
  const { live: _, ...theRest } = rowOfAna ?? {}
  expect(await bo.ok("GET", "/focus/search_focus", { oid: ana.uid })).toMatchObject({ focus: [theRest] })
  expect(await fansOf(bo)).toMatchObject([{ uid: String(ana.uid), statue: "1" }])
  const live = await bo.ok("GET", "/focus/focus_live_list")
  expect(live).toMatchObject({ count: 1, focus: [{ room_id: String(roomId), owner_id: String(ana.uid), statue: "1" }] })
  expect(unsigned(live["focus"])).toEqual(unsigned((await bo.ok("GET", "/list_room"))["RoomList"]))
  expect(await cai.ok("GET", "/focus/focus_live_list")).toMatchObject({ count: 0, focus: [] })

  const focusSeenBy = async (phone: Phone) =>
    ((await phone.ok("GET", "/chat_info", { rid: roomId }))["room"] as { focus: number }).focus
  expect([await focusSeenBy(bo), await focusSeenBy(cai), await focusSeenBy(ana)]).toEqual([1, 0, 0])

  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  expect((await followedBy(bo))[1]).toMatchObject(idle)
  expect(await bo.ok("GET", "/focus/focus_live_list")).toMatchObject({ count: 0, focus: [] })
})

/** Addresses are signed anew every second. */
const unsigned = (rows: unknown) => JSON.stringify(rows).replaceAll(/\?e=\d+&key=\w+/g, "")

test("whom nobody can follow, look up among the followed, or unfollow", async () => {
  await using app = await startApp()
  const [ana, bo, cai] = await registerAll(app, "Ana", "Bo", "Cai")
  await bo.fails(41, "POST", "/focus/focus_other", { oid: bo.uid })
  await bo.fails(8, "POST", "/focus/focus_other", { oid: 999_999 })
  await bo.fails(10, "POST", "/focus/focus_other", { oid: "x" })
  await isBanned(cai, 60_000)
  await bo.fails(53, "POST", "/focus/focus_other", { oid: cai.uid })
  await cai.fails(59, "POST", "/focus/focus_other", { oid: ana.uid })
  for (const oid of [ana.uid, 999_999]) {
    await bo.fails(6, "GET", "/focus/search_focus", { oid })
    await bo.fails(6, "POST", "/focus/cancel_focus", { oid })
  }
  expect(await countsOf(bo)).toEqual({ focus: 0, fans: 0 })
})

test("one more than may be followed is refused, and nothing is counted", async () => {
  await using app = await startApp()
  const [ana, bo] = await registerAll(app, "Ana", "Bo")
  await amends(bo, { focus: followedMax - 1 })
  await follow(bo, ana)
  const [cai] = await registerAll(app, "Cai")
  const { ErrMsg } = await bo.fails(10, "POST", "/focus/focus_other", { oid: cai.uid })
  expect(ErrMsg).toContain(String(followedMax))
  await follow(bo, ana)
  expect(await countsOf(bo)).toEqual({ focus: followedMax, fans: 0 })
  expect(await countsOf(cai)).toEqual({ focus: 0, fans: 0 })
  expect(await fansOf(cai)).toEqual([])
})
