import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import type { MediaCallback } from "../../src/providers/media/index.ts"
import { qiniuMedia } from "../../src/providers/media/qiniu.ts"
import { qiniuAuthorization } from "../../src/providers/media/qiniu_sign.ts"
import { newsReader } from "../../src/providers/media/stream_news.ts"
import { callbackDoor, notingListener } from "../support/callbacks.ts"
import { type FakePili, startFakePili } from "../support/fakes/pili.ts"

/** Half past seven in the evening, in seconds since 1970. */
const evening = 1_785_583_800
const now = () => evening * 1_000
let pili: FakePili
beforeAll(async () => {
  pili = await startFakePili(now)
})
afterAll(() => pili[Symbol.asyncDispose]())

const mediaOf = (pili: FakePili) =>
  qiniuMedia({ ...pili.settings, publicUrl: "https://live.example.com/mili", now, timeout: 5_000 })

describe("callbacks", () => {
  test.each(["GET", "FORM", "JSON"] as const)("are heard as %s", async (format) => {
    const media = mediaOf(pili)
    const { told, listener } = notingListener()
    await using door = callbackDoor(media, listener)
    const news = { title: "21", format }
    const came = await pili.callBack(door.url, { ...news, status: "connected", timestamp: evening })
    const went = await pili.callBack(door.url, { ...news, status: "disconnected", timestamp: evening + 90 })
    expect([came.status, went.status]).toEqual([200, 200])
    expect(told).toEqual(["started 21", "ended 21"])
  })

  test("are heard behind a proxy that changes the host and takes away a folder", async () => {
    const { told, listener } = notingListener()
    const callback = await callbackFor("https://live.example.com/mili/media/?x=%41", "/media/?x=%41")
    const answer = await mediaOf(pili).notify?.(callback, listener)
    expect(answer?.status).toBe(200)
    expect(told).toEqual(["started 22"])
    const elsewhere = await callbackFor("https://other.example.com/mili/media/", "/media/")
    expect((await mediaOf(pili).notify?.(elsewhere, listener))?.status).toBe(401)
  })

  test("that are forged are not believed", async () => {
    const media = mediaOf(pili)
    const { told, listener } = notingListener()
    await using door = callbackDoor(media, listener)
    const news = { title: "23", status: "connected", timestamp: evening } as const
    for (const format of ["GET", "FORM", "JSON"] as const) {
      const answer = await pili.callBack(door.url, { ...news, format, secretKey: "a guess" })
      expect(answer.status).toBe(401)
    }
    const unsigned = await fetch(door.url, { method: "POST", body: new URLSearchParams({ ...news, timestamp: "1" }) })
    expect(unsigned.status).toBe(401)
    // Qiniu signs no body of this type, so whoever overheard one could put another body in its place.
    const overheard = await callbackFor("https://live.example.com/mili/media/", "/media/", "application/octet-stream")
    const body = Buffer.from(`title=23&status=connected&timestamp=${evening}`)
    expect((await media.notify?.({ ...overheard, body }, listener))?.status).toBe(400)
    expect(told).toEqual([])
  })

  test("changed on their way are not believed", async () => {
    const { told, listener } = notingListener()
    const callback = await callbackFor("https://live.example.com/mili/media/", "/media/")
    for (const change of [
      { body: Buffer.from(JSON.stringify({ title: "24", status: "disconnected", timestamp: evening })) },
      { target: "/media/?title=24" },
      { method: "GET" },
      { headers: new Headers({ ...Object.fromEntries(callback.headers), "x-qiniu-more": "1" }) },
    ]) {
      expect((await mediaOf(pili).notify?.({ ...callback, ...change }, listener))?.status).toBe(401)
    }
    expect((await mediaOf(pili).notify?.({ ...callback, method: "PUT" }, listener))?.status).toBe(405)
    expect(told).toEqual([])
  })

  test("that say too little, or something twice, are refused; another stream's are taken and left", async () => {
    const { told, listener } = notingListener()
    await using door = callbackDoor(mediaOf(pili), listener)
    const good = { title: "25", status: "connected", timestamp: evening } as const
    const statusOf = async (news: object) => (await pili.callBack(door.url, { ...good, ...news })).status
    expect(await statusOf({ title: "" })).toBe(400)
    expect(await statusOf({ status: "paused" })).toBe(400)
    expect(await statusOf({ timestamp: "soon" })).toBe(400)
    // A host's address that ends in `&title=26` where it is among the parameters, unescaped.
    expect(await statusOf({ format: "FORM", more: [["title", "26"]] })).toBe(400)
    for (const title of ["rehearsal", "0", "007", "9999999999999999", "1e3"])
      expect(await statusOf({ title })).toBe(200)
    expect(told).toEqual([])
  })

  test("that come late or again do not undo what is newer", async () => {
    await using pili = await startFakePili(now)
    const { told, listener } = notingListener()
    await using door = callbackDoor(mediaOf(pili), listener)
    const came = { title: "7", status: "connected", timestamp: evening } as const
    const went = { title: "7", status: "disconnected", timestamp: evening + 60 } as const
    await pili.callBack(door.url, came)
    await pili.callBack(door.url, went)
    await pili.callBack(door.url, { ...came, timestamp: evening + 70 })
    expect(told).toEqual(["started 7", "ended 7", "started 7"])

    await pili.callBack(door.url, went)
    await pili.callBack(door.url, came)
    expect(told).toHaveLength(3)
    // Told again, as after an answer that was lost.
    await pili.callBack(door.url, { ...came, timestamp: evening + 70 })
    expect(told.splice(3)).toEqual(["started 7"])
    expect(pili.asked).toEqual([])
  })

  test("of an end that may be another connection's have Pili asked", async () => {
    await using pili = await startFakePili(now)
    const media = mediaOf(pili)
    const { told, listener } = notingListener()
    await using door = callbackDoor(media, listener)
    const went = { title: "7", status: "disconnected", timestamp: evening } as const

    // This process has not heard of the room, which is on the air; then it has, within the same second.
    pili.push(media.pushAddress(7))
    expect((await pili.callBack(door.url, went)).status).toBe(200)
    expect(told).toEqual([])

    // The phone changed from one network to another: the end of the first connection is noticed after the second began.
    await pili.callBack(door.url, { ...went, status: "connected" })
    await pili.callBack(door.url, went)
    expect(told.splice(0)).toEqual(["started 7"])
    await pili.callBack(door.url, { ...went, status: "connected", timestamp: evening + 100, startTime: evening + 100 })
    await pili.callBack(door.url, { ...went, timestamp: evening + 130, startTime: evening })
    expect(told.splice(0)).toEqual(["started 7"])
    await pili.callBack(door.url, { ...went, timestamp: evening + 140, startTime: evening + 100 })
    expect(told.splice(0)).toEqual(["ended 7"])
    expect(pili.asked).toEqual(Array(3).fill(`GET /v2/hubs/fashion/streams/Nw==/live`))

    pili.hangUp("7")
    pili.mood = "broken"
    const fresh = mediaOf(pili)
    await using freshDoor = callbackDoor(fresh, listener)
    expect((await pili.callBack(freshDoor.url, went)).status).toBe(503)
    expect(told).toEqual([])
    pili.mood = "well"
    expect((await pili.callBack(freshDoor.url, went)).status).toBe(200)
    expect(told).toEqual(["ended 7"])
  })

  test("a host who is back while Pili is asked stays", async () => {
    const { told, listener } = notingListener()
    const asked = Promise.withResolvers<void>()
    const answered = Promise.withResolvers<void>()
    await using pili = await startFakePili(now)
    pili.beforeAnswer = () => {
      asked.resolve()
      return answered.promise
    }
    const media = mediaOf(pili)
    await using door = callbackDoor(media, listener)
    const went = pili.callBack(door.url, { title: "7", status: "disconnected", timestamp: evening })
    await asked.promise
    await pili.callBack(door.url, { title: "7", status: "connected", timestamp: evening + 1 })
    answered.resolve()
    await went
    expect(told).toEqual(["started 7"])
  })
})

test("of ten thousand rooms the latest news is remembered, of the longest unheard of no more", async () => {
  const asked: number[] = []
  const tell = newsReader(async (roomId) => asked.push(roomId) > 0)
  const { told, listener } = notingListener()
  for (let roomId = 1; roomId <= 10_001; roomId++) await tell({ roomId, streaming: true, at: 100 }, listener)
  told.length = 0
  await tell({ roomId: 2, streaming: false, at: 101 }, listener)
  await tell({ roomId: 1, streaming: false, at: 101 }, listener)
  expect(told).toEqual(["ended 2"])
  expect(asked).toEqual([1])
})

/** A callback of Pili's that was sent to one address and arrives at another. */
async function callbackFor(to: string, target: string, contentType = "application/json"): Promise<MediaCallback> {
  const { host, pathname, search } = new URL(to)
  const body = Buffer.from(JSON.stringify({ title: "22", status: "connected", timestamp: evening }))
  const sent = { method: "POST", host, target: pathname + search, contentType, body }
  const headers = new Headers({
    host: "10.0.0.3:3000",
    authorization: qiniuAuthorization(pili.settings, sent),
    "content-type": contentType,
  })
  return { method: "POST", target, path: "", query: new URLSearchParams(), headers, body }
}
