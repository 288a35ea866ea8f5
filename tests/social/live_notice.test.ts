import { expect, test } from "bun:test"
import type { App } from "../../src/app.ts"
import { tellFollowers } from "../../src/social/live_notice.ts"
import { promisesKept } from "../playback/stage.ts"
import { startApp, type TestApp } from "../support/app.ts"
import type { Phone } from "../support/phone.ts"
import { follow, gainsFans, registerAll } from "./stage.ts"

const wantsPush = (phone: Phone, push = 1) => phone.ok("POST", "/user/set_push", { push })

test("followers who want to hear of it are told in the lobby that Ana is live, and nobody else", async () => {
  await using app = await startApp()
  const [ana, bo, cai, dan] = await registerAll(app, "Ana", "Bo", "Cai", "Dan")
  await ana.ok("POST", "/user/modify_info_nick", { nick_name: "Ana" })
  for (const phone of [ana, bo, dan]) await wantsPush(phone)
  for (const phone of [bo, cai]) await follow(phone, ana)
  const elsewhere = await dan.opensRoom()
  const inRoom = await bo.enters(elsewhere)
  const [lobby, ...others] = [await bo.enters(0), await ana.enters(0), await cai.enters(0), await dan.enters(0)]

  const roomId = await ana.opensRoom({ room_name: "Tea" })
  const told = { mtype: 6, notice: "Ana is live: Tea", uid: ana.uid, room_id: roomId }
  expect(await lobby?.hears({ mtype: 6 })).toEqual(told)
  await promisesKept(ana)
  await Promise.all([inRoom, ...others].map((socket) => socket.settles()))
  for (const { frames } of [inRoom, ...others]) expect(frames.filter(({ mtype }) => mtype === 6)).toEqual([])

  await wantsPush(bo, 0)
  await wantsPush(cai)
  await ana.opensRoom({ room_name: "" })
  expect(await others[1]?.hears({ mtype: 6 })).toMatchObject({ notice: "Ana is live." })
  await promisesKept(ana)
  await lobby?.settles()
  expect(lobby?.frames.filter(({ mtype }) => mtype === 6)).toHaveLength(1)
})

test("a host who opens one room after the other pesters nobody, until five minutes have passed", async () => {
  await using app = await startApp()
  const [ana, bo] = await registerAll(app, "Ana", "Bo")
  await wantsPush(bo)
  await follow(bo, ana)
  const lobby = await bo.enters(0)
  const heard = async () => {
    await promisesKept(ana)
    await lobby.settles()
    return lobby.frames.filter(({ mtype }) => mtype === 6).length
  }
  for (let n = 0; n < 8; n++) await ana.opensRoom()
  // Rooms that were over before their turn came are not told of either.
  expect(await heard()).toBeLessThanOrEqual(5)
  const before = await heard()
  await ana.opensRoom()
  expect(await heard()).toBe(before)
  app.pass(5 * 60_000)
  await ana.opensRoom()
  expect(await heard()).toBe(before + 1)
})

/** Lets a host's followers be told while these people are in the lobby, step by step. @returns whom each step told */
async function steps({ running }: TestApp, ana: Phone, roomId: number, online: number[]): Promise<number[][]> {
  const told: number[][] = []
  const promised: Parameters<App["outbox"]["hand"]>[0][] = []
  const app: App = {
    ...running.app,
    outbox: { ...running.app.outbox, hand: (row) => void promised.push(row) },
    realtime: {
      ...running.app.realtime,
      count: () => online.length,
      audience: () => [...online],
      toLobby: (ids) => void told.push(ids),
    },
  }
  await tellFollowers(app, { hostId: ana.uid, nickName: "Ana", roomId, name: "Tea" })
  for (let row = promised.shift(); row; row = promised.shift()) await tellFollowers(app, row.payload as never)
  return told
}

test("of a host with many fans every one in the lobby is told once, in batches, whichever are more", async () => {
  await using app = await startApp()
  const [ana] = await registerAll(app, "Ana")
  const fans = await gainsFans(ana, 1_200)
  const roomId = await ana.opensRoom()
  await promisesKept(ana)
  const strangers = Array.from({ length: 2_000 }, (_, n) => 1_000_000 + n)

  const fullLobby = await steps(app, ana, roomId, [...strangers, ...fans.slice(0, 100)])
  expect(fullLobby.map(({ length }) => length)).toEqual([500, 500, 200])
  expect(fullLobby.flat().sort(rising)).toEqual(fans.toSorted(rising))

  const emptier = [...strangers.slice(0, 500), ...fans.slice(0, 600)]
  const byLobby = await steps(app, ana, roomId, emptier)
  expect(byLobby.length).toBeGreaterThan(1)
  expect(byLobby.flat().sort(rising)).toEqual(fans.slice(0, 600).sort(rising))

  expect(await steps(app, ana, roomId, [])).toEqual([])
  await ana.ok("POST", "/room/close_room", { roomid: roomId })
  expect(await steps(app, ana, roomId, fans)).toEqual([])
})

const rising = (one: number, other: number) => one - other
