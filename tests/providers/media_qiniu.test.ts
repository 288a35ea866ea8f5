import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { parse } from "../../src/config.ts"
import { qiniuMedia } from "../../src/providers/media/qiniu.ts"
import { callbackDoor, notingListener } from "../support/callbacks.ts"
import { type FakePili, type PiliMood, startFakePili } from "../support/fakes/pili.ts"

/** Half past seven in the evening, in seconds since 1970. */
const evening = 1_785_583_800
const minute = 60
const hour = 60 * minute
const callName = "/v2/hubs/fashion/streams/Nw=="

let seconds = evening
const now = () => seconds * 1_000
let pili: FakePili
beforeAll(async () => {
  pili = await startFakePili(now)
})
afterAll(() => pili[Symbol.asyncDispose]())

const mediaOf = (pili: FakePili, timeout = 5_000) =>
  qiniuMedia({ ...pili.settings, publicUrl: "https://live.example.com/mili", now, timeout })
const roomOver = (save: boolean) => ({ save, startedAt: evening * 1_000 + 400, finishedAt: seconds * 1_000 - 300 })
const nobody = notingListener().listener

test("a room's addresses are those of the contract", () => {
  const media = qiniuMedia({
    ...pili.settings,
    accessKey: "ak",
    secretKey: "sk",
    publishDomain: "pili-publish.live8.example.com",
    publicUrl: "https://live.example.com",
    now: () => (1_490_344_051 - 6 * hour) * 1_000,
    timeout: 5_000,
  })
  const room = 2148421200346306
  const query = "e=1490344051&token=ak:nYplC-5HcwmN4gcCK10kXv7c8P8="
  expect(media.pushAddress(room)).toBe(`rtmp://pili-publish.live8.example.com/fashion/${room}?${query}`)
  expect(media.playAddresses(room)).toEqual({
    rtmp: `rtmp://rtmp.example.com/fashion/${room}`,
    flv: `https://hdl.example.com/fashion/${room}.flv`,
    hls: `https://hls.example.com/fashion/${room}.m3u8`,
  })
})

test("an evening: Eve pushes, is seen, closes her saved room, and her address opens no more", async () => {
  seconds = evening
  await using pili = await startFakePili(now)
  const media = mediaOf(pili)
  const { told, listener } = notingListener()
  await using door = callbackDoor(media, listener)
  const address = media.pushAddress(7)
  expect(await media.isStreaming(7)).toBe(false)
  expect(await media.snapshot?.(7)).toBeUndefined()

  seconds += 5
  expect(pili.push(address)).toBe("accepted")
  expect((await pili.callBack(door.url, { title: "7", status: "connected", timestamp: seconds })).status).toBe(200)
  expect(told).toEqual(["started 7"])
  expect(await media.isStreaming(7)).toBe(true)
  expect(await media.snapshot?.(7)).toMatch(/^https:\/\/vod\.example\.com\/[\w-]+\.jpg$/)

  seconds += 2 * hour
  const over = roomOver(true)
  await media.close(7, over, listener)
  const end = evening + 2 * hour + 5
  const key = `recordings/z1.fashion.7/${evening}_${end}.m3u8`
  const recorded = `recorded 7: ${key}, ${2 * hour + 5} s`
  expect(told).toEqual(["started 7", recorded])
  expect([...pili.files]).toContain(key)
  expect(media.replayAddress({ key })).toBe(`https://vod.example.com/${key}`)
  expect(await media.isStreaming(7)).toBe(false)
  expect(pili.push(address)).toBe("disabled")
  expect(pili.push(media.pushAddress(7))).toBe("disabled")

  // The caller was not sure and comes again.
  await media.close(7, over, listener)
  expect(told).toEqual(["started 7", recorded, recorded])

  await media.deleteRecording({ key })
  expect([...pili.files]).not.toContain(key)
  await media.deleteRecording({ key })
})

test("an address is refused after its time, and to whoever changed it", () => {
  seconds = evening
  const address = mediaOf(pili).pushAddress(8)
  expect(pili.push(address.replace("/8?", "/9?"))).toBe("forged")
  expect(pili.push(address.replace(/e=\d+/, `e=${seconds + 24 * hour}`))).toBe("forged")
  expect(pili.push(address)).toBe("accepted")
  seconds += 6 * hour
  expect(pili.push(address)).toBe("expired")
})

test("a room that nobody pushed to is closed all the same, and has no recording", async () => {
  seconds = evening
  await using pili = await startFakePili(now)
  const media = mediaOf(pili)
  const { told, listener } = notingListener()
  const address = media.pushAddress(7)
  seconds += hour
  await media.close(7, roomOver(true), listener)
  const [first, second, third, last] = pili.asked
  expect([first, second, third, last]).toEqual([
    `POST ${callName}/disabled`,
    "POST /v2/hubs/fashion/streams",
    `POST ${callName}/disabled`,
    `POST ${callName}/saveas`,
  ])
  expect(pili.push(address)).toBe("disabled")
  expect(told).toEqual([])
})

test("a host who comes while the room is closed is cut all the same", async () => {
  seconds = evening
  await using pili = await startFakePili(now)
  const media = mediaOf(pili)
  const address = media.pushAddress(7)
  // Between the answer that nobody knows the stream and its creation.
  pili.beforeAnswer = async () => void pili.push(address)
  seconds += hour
  await media.close(7, roomOver(false), nobody)
  expect(pili.push(address)).toBe("disabled")
  expect(await media.isStreaming(7)).toBe(false)
})

test("a room that was not to be saved, or was over as it began, is not saved", async () => {
  seconds = evening
  await using pili = await startFakePili(now)
  const media = mediaOf(pili)
  const { told, listener } = notingListener()
  pili.push(media.pushAddress(7))
  seconds += hour
  await media.close(7, roomOver(false), listener)
  expect(pili.streams.get("7")?.disabledTill).toBe(-1)
  await media.close(7, { save: true, startedAt: seconds * 1_000, finishedAt: seconds * 1_000 }, listener)
  expect(pili.asked).toEqual([`POST ${callName}/disabled`, `POST ${callName}/disabled`])
  expect([...pili.files, ...told]).toEqual([])
})

test("without its bucket a recording stays, and that is said", async () => {
  const media = qiniuMedia({ ...pili.settings, vodBucket: undefined, publicUrl: "http://x", now, timeout: 5_000 })
  await expect(media.deleteRecording({ key: "a.m3u8" })).rejects.toThrow("QINIU_VOD_BUCKET is not set")
  const stranger = qiniuMedia({ ...pili.settings, vodBucket: "other", publicUrl: "http://x", now, timeout: 5_000 })
  await expect(stranger.deleteRecording({ key: "a.m3u8" })).rejects.toThrow("Qiniu answered 631 (no such bucket)")
})

describe("a Pili that fails", () => {
  const failures: [PiliMood, string][] = [
    ["slow", "did not answer in 100 ms"],
    ["broken", "answered 502"],
    ["locked out", "answered 401 (bad token)"],
    ["endless", "too much"],
    ["garbage", "malformed"],
    ["hollow", "malformed"],
  ]

  test.each(failures)("%s: every call throws, and works later", async (mood, sentence) => {
    seconds = evening
    await using pili = await startFakePili(now)
    const media = mediaOf(pili, mood === "slow" ? 100 : 5_000)
    const { told, listener } = notingListener()
    pili.push(media.pushAddress(7))
    pili.files.add("a.m3u8")
    seconds += hour
    pili.mood = mood
    const over = roomOver(false)
    await expect(media.isStreaming(7)).rejects.toThrow(sentence)
    await expect(media.close(7, over, listener)).rejects.toThrow(sentence)
    await expect(media.deleteRecording({ key: "a.m3u8" })).rejects.toThrow(sentence)
    await expect(media.snapshot?.(7)).rejects.toThrow(sentence)
    expect(await media.check()).toContain(sentence)

    pili.mood = "well"
    expect(await media.check()).toBeUndefined()
    expect(await media.isStreaming(7)).toBe(true)
    await media.close(7, over, listener)
    await media.deleteRecording({ key: "a.m3u8" })
    expect(pili.streams.get("7")?.disabledTill).toBe(-1)
    expect(pili.files.size).toBe(0)
    expect(told).toEqual([])
  })

  test("dead when Eve closes: closing throws until it is back, and then nothing is lost", async () => {
    seconds = evening
    await using pili = await startFakePili(now)
    const media = mediaOf(pili)
    const { told, listener } = notingListener()
    pili.push(media.pushAddress(7))
    seconds += hour
    await pili.kill()
    await expect(media.close(7, roomOver(true), listener)).rejects.toThrow("Qiniu cannot be reached")
    expect(await media.check()).toBe("Qiniu cannot be reached")
    await pili.revive()
    await media.close(7, roomOver(true), listener)
    expect(told).toEqual([expect.stringContaining("recorded 7")])
  })

  test("a save that fails is an error, though the address is shut already", async () => {
    seconds = evening
    await using pili = await startFakePili(now)
    await using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) => (url.endsWith("/disabled") ? Response.json({}) : Response.json({ fname: "other.m3u8" })),
    })
    const media = qiniuMedia({
      ...pili.settings,
      piliUrl: server.url.origin,
      publicUrl: "http://x",
      now,
      timeout: 5_000,
    })
    seconds += hour
    await expect(media.close(7, roomOver(true), nobody)).rejects.toThrow("another name")
  })

  test("a redirect is not followed", async () => {
    await using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url }) => (url.endsWith("/there") ? Response.json({ startAt: 1 }) : Response.redirect("/there", 307)),
    })
    const media = qiniuMedia({
      ...pili.settings,
      piliUrl: server.url.origin,
      publicUrl: "http://x",
      now,
      timeout: 5_000,
    })
    await expect(media.isStreaming(7)).rejects.toThrow("cannot be reached")
  })
})

test("the settings take a domain, and one that is reached by HTTPS", () => {
  expect(parse({ QINIU_HDL_DOMAIN: "hdl.example.com", QINIU_HLS_DOMAIN: "https://hls.example.com/" })).toMatchObject({
    qiniuHdlUrl: "http://hdl.example.com",
    qiniuHlsUrl: "https://hls.example.com",
    qiniuPiliUrl: "https://pili.qiniuapi.com",
  })
  expect(() => parse({ QINIU_VOD_DOMAIN: "vod.example.com/x" })).toThrow("QINIU_VOD_DOMAIN must be a domain")
  expect(() => parse({ QINIU_PUBLISH_DOMAIN: "rtmp://p.example.com" })).toThrow("QINIU_PUBLISH_DOMAIN must be a domain")
})
