import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import type { Phone } from "../support/phone.ts"
import { fakeMedia, isBanned, keepsAConference, keepsAnEvening, roomsIn, shelfOf } from "./stage.ts"

const recommends = (host: Phone, rid: number) => host.ok("POST", "/room/recommand", { rid })
const choiceOf = async (host: Phone) => {
  const { recommand, recommand_type } = await host.ok("GET", "/room/play_list")
  return [recommand, recommand_type]
}

test("a host recommends one playback, then another instead, then none", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const [first, second] = [await keepsAnEvening(ana), await keepsAnEvening(ana)]
  await recommends(ana, first)
  await ana.fails(65, "POST", "/room/recommand", { rid: first })
  await recommends(ana, second)
  expect(await choiceOf(ana)).toEqual([String(second), 0])
  await recommends(ana, first)
  expect(roomsIn(await bo.ok("GET", "/recommand_list"), "PlayBackList")).toEqual([first])
  expect(await bo.ok("GET", "/look_info_all", { oid: ana.uid })).toMatchObject({
    user: { Recommand: String(first), RecommandType: 0 },
  })
  await ana.ok("POST", "/room/cancel_recommand")
  await ana.ok("POST", "/room/cancel_recommand")
  expect(await choiceOf(ana)).toEqual(["0", 0])
  expect(roomsIn(await bo.ok("GET", "/recommand_list"), "PlayBackList")).toEqual([])
})

test("a playback is its host's to recommend and to delete, under its kind or under none", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const [evening, conference] = [await keepsAnEvening(ana), await keepsAConference(ana)]
  const onAir = await bo.opensRoom({ save: 1 })
  for (const [method, path, name] of [
    ["POST", "/room/recommand", "rid"],
    ["GET", "/room/del_play", "roomid"],
  ] as const) {
    await bo.fails(62, method, path, { [name]: evening })
    await bo.fails(4, method, path, { [name]: onAir })
    await bo.fails(4, method, path, { [name]: 999_999 })
    await ana.fails(4, method, path, { [name]: evening, multiple: 1 })
    await ana.fails(4, method, path, { [name]: conference, multiple: 0 })
    await ana.fails(10, method, path, { [name]: evening, multiple: 2 })
    await ana.fails(10, method, path, {})
    await isBanned(ana, 60_000)
    await ana.fails(59, method, path, { [name]: evening })
    await isBanned(ana, 0)
  }
  await ana.ok("POST", "/room/recommand", { rid: conference, multiple: 1 })
  expect(await choiceOf(ana)).toEqual([String(conference), 1])
  const list = await bo.ok("GET", "/recommand_list")
  expect([roomsIn(list, "PlayBackList"), roomsIn(list, "PlayBackMultipleList")]).toEqual([[], [conference]])
  await recommends(ana, evening)
  const own = await ana.ok("GET", "/room/play_list")
  expect([roomsIn(own, "plist"), roomsIn(own, "multiple_plist")]).toEqual([[evening], [conference]])
  await ana.ok("GET", "/room/del_play", { roomid: conference, multiple: 1 })
  expect(await shelfOf(ana)).toEqual([evening])
})

test("of playbacks recommended at once one wins; the same one is recommended once", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const kept: number[] = []
  for (let n = 0; n < 10; n++) kept.push(await keepsAnEvening(ana))
  await Promise.all(kept.map((rid) => recommends(ana, rid)))
  const [winner] = await choiceOf(ana)
  expect(kept.map(String)).toContain(String(winner))
  expect(roomsIn(await bo.ok("GET", "/recommand_list"), "PlayBackList").map(String)).toEqual([String(winner)])

  await ana.ok("POST", "/room/cancel_recommand")
  const same = await Promise.all(kept.map(() => ana.call("POST", "/room/recommand", { rid: kept[0] })))
  expect(same.map(({ ErrCode }) => ErrCode).sort()).toEqual([0, ...Array(9).fill(65)])
})

test("deleted and recommended at once, a playback is in no list", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const ana = await registers(app, "Ana")
  const kept = [await keepsAnEvening(ana), await keepsAnEvening(ana), await keepsAnEvening(ana)]
  for (const rid of kept) {
    const [deletion, recommendation] = await Promise.all([
      ana.call("GET", "/room/del_play", { roomid: rid }),
      ana.call("POST", "/room/recommand", { rid }),
      ana.call("GET", "/room/del_play", { roomid: rid }),
    ])
    expect([0, 4]).toContain(deletion.ErrCode)
    expect([0, 4]).toContain(recommendation.ErrCode)
    expect(roomsIn(await ana.ok("GET", "/recommand_list"), "PlayBackList")).toEqual([])
  }
  expect(await shelfOf(ana)).toEqual([])
  expect(await choiceOf(ana)).toEqual(["0", 0])
})

test("playbacks page beside the rooms on the air, by number and by the last row seen", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const reader = await registers(app, "Reader")
  const kept: number[] = []
  const live: number[] = []
  for (let n = 0; n < 45; n++) {
    const host = await registers(app, `Host ${n}`)
    const rid = await keepsAnEvening(host)
    await recommends(host, rid)
    kept.unshift(rid)
    live.unshift(await host.opensRoom())
  }
  const read = async (query: Record<string, number>) => {
    const answer = await reader.ok("GET", "/recommand_list", query)
    return { live: roomsIn(answer, "RoomList"), kept: roomsIn(answer, "PlayBackList") }
  }
  expect(await read({})).toEqual({ live: live.slice(0, 20), kept: kept.slice(0, 20) })
  expect(await read({ index: 2, play_index: 1 })).toEqual({ live: live.slice(40), kept: kept.slice(20, 40) })
  expect(await read({ index: 1, play_index: 2, uid: reader.uid })).toEqual({
    live: live.slice(20, 40),
    kept: kept.slice(40),
  })
  expect(await read({ index: 3, play_index: Number.MAX_SAFE_INTEGER })).toEqual({ live: [], kept: [] })
  const lastKept = kept[19] ?? 0
  expect((await read({ before: lastKept })).kept).toEqual(kept.slice(20, 40))
  const lastLive = live[19] ?? 0
  expect(await read({ before: lastLive, play_before: lastKept })).toEqual({
    live: live.slice(20, 40),
    kept: kept.slice(20, 40),
  })
  for (const name of ["index", "play_index", "before", "play_before", "uid"]) {
    await reader.fails(10, "GET", "/recommand_list", { [name]: -1 })
  }
  await reader.ok("GET", "/recommand_list", { uid: 0 })
})

test("a host's own list pages as well", async () => {
  await using app = await startApp({ PLAYBACK_MAX: "30" }, { media: fakeMedia() })
  const ana = await registers(app, "Ana")
  const kept: number[] = []
  for (let n = 0; n < 25; n++) kept.unshift(await keepsAnEvening(ana))
  const page = async (query: Record<string, number>) => roomsIn(await ana.ok("GET", "/room/play_list", query), "plist")
  expect(await page({})).toEqual(kept.slice(0, 20))
  expect(await page({ index: 1 })).toEqual(kept.slice(20))
  await ana.ok("GET", "/room/del_play", { roomid: kept[19] })
  expect(await page({ before: kept[19] ?? 0 })).toEqual(kept.slice(20))
  await ana.fails(10, "GET", "/room/play_list", { index: "x" })
})

test("what a banned host recommends is kept back until the ban is over", async () => {
  await using app = await startApp({}, { media: fakeMedia() })
  const [ana, bo] = [await registers(app, "Ana"), await registers(app, "Bo")]
  const rid = await keepsAnEvening(ana)
  await recommends(ana, rid)
  const shown = async () => roomsIn(await bo.ok("GET", "/recommand_list"), "PlayBackList")
  await isBanned(ana, 60_000)
  expect(await shown()).toEqual([])
  app.pass(60_000)
  expect(await shown()).toEqual([rid])
})
