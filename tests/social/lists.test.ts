import { expect, test } from "bun:test"
import { startApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"
import { blockedBy, fansOf, follow, followedBy, gainsFans, type Row, registerAll } from "./stage.ts"

type PageOf = (who: Phone, page: Record<string, string | number>) => Promise<Row[]>

/** Walks a list to its end by the last row seen, doing something between the pages. */
async function walk(who: Phone, pageOf: PageOf, between: () => Promise<unknown> = async () => {}): Promise<Row[]> {
  const rows: Row[] = []
  for (let page = await pageOf(who, {}); page.length > 0; ) {
    rows.push(...page)
    await between()
    page = await pageOf(who, { before: page.at(-1)?.["id"] ?? "" })
  }
  return rows
}

const uidsOf = (rows: Row[]) => rows.map(({ uid }) => Number(uid))

test("Ana's fans are walked by number and by the last row seen, the latest first, whoever comes or goes meanwhile", async () => {
  await using app = await startApp()
  const [ana, bo] = await registerAll(app, "Ana", "Bo")
  const fans = (await gainsFans(ana, 45)).toReversed()
  expect(await ana.ok("GET", "/focus/fans_list")).toMatchObject({ count: 45 })
  const byNumber = [await fansOf(ana, { index: 0 }), await fansOf(ana, { index: 1 }), await fansOf(ana, { index: 2 })]
  expect(byNumber.map(({ length }) => length)).toEqual([20, 20, 5])
  expect(uidsOf(byNumber.flat())).toEqual(fans)
  for (const index of [3, 1_000_000, Number.MAX_SAFE_INTEGER]) expect(await fansOf(ana, { index })).toEqual([])

  const seen = await walk(ana, fansOf, async () => {
    await bo.call("POST", "/focus/cancel_focus", { oid: ana.uid })
    await follow(bo, ana)
  })
  expect(uidsOf(seen)).toEqual(fans)
  expect(uidsOf(await walk(ana, fansOf))).toEqual([bo.uid, ...fans])
})

test("whom Bo follows and whom he has blocked are walked likewise", async () => {
  await using app = await startApp()
  const [bo, ...others] = await registerAll(app, "Bo", ...Array.from({ length: 42 }, (_, n) => `Other ${n}`))
  const newest = others.map(({ uid }) => uid).toReversed()
  for (const other of others) await follow(bo, other)
  expect(uidsOf(await walk(bo, followedBy))).toEqual(newest)
  expect(uidsOf(await followedBy(bo, { index: 2 }))).toEqual(newest.slice(40))
  for (const { uid } of others) await bo.ok("POST", "/black/add_black", { blackid: uid })
  expect(await followedBy(bo)).toEqual([])
  expect(uidsOf(await walk(bo, blockedBy))).toEqual(newest)
  expect(uidsOf(await blockedBy(bo, { index: 1 }))).toEqual(newest.slice(20, 40))
})

test("the live rooms of the followed are walked by the room, and those of others are not among them", async () => {
  await using app = await startApp()
  const [bo, ...hosts] = await registerAll(app, "Bo", ...Array.from({ length: 25 }, (_, n) => `Host ${n}`))
  const rooms: number[] = []
  for (const [n, host] of hosts.entries()) {
    const room = await host.opensRoom()
    if (n % 12 === 0) continue
    await follow(bo, host)
    rooms.unshift(room)
  }
  const pageOf: PageOf = async (who, page) => (await who.ok("GET", "/focus/focus_live_list", page))["focus"] as Row[]
  const numbers = (list: Row[]) => list.map(({ room_id }) => Number(room_id))
  expect(await bo.ok("GET", "/focus/focus_live_list")).toMatchObject({ count: 22 })
  expect(numbers(await walk(bo, pageOf))).toEqual(rooms)
  expect(numbers(await pageOf(bo, { index: 1 }))).toEqual(rooms.slice(20))
  for (const index of [2, Number.MAX_SAFE_INTEGER]) expect(await pageOf(bo, { index })).toEqual([])
})
