import { describe, expect, test } from "bun:test"
import { createHmac } from "node:crypto"
import { type RtmpOptions, rtmpMedia } from "../../src/providers/media/rtmp.ts"
import { rememberPublishers } from "../../src/providers/media/rtmp_publishers.ts"
import { callAsNginx, type FakeRooms, openRooms } from "../support/fakes/rtmp_listener.ts"

/** Anna streams in room 7, Boris in room 8. */
const callbackSecret = "between-the-two-servers-alone-0123"
const sign = (text: string) => createHmac("sha256", "stream secret").update(text).digest("hex")
const started = 1_785_600_000_000
const keyOf = (address: string) => address.slice(address.indexOf("?") + 1)

const make = (changes: Partial<RtmpOptions> = {}) =>
  rtmpMedia({
    server: "nginx",
    rtmpUrl: "rtmp://video.example.com/live",
    playUrl: "https://video.example.com/live",
    controlUrl: undefined,
    callbackSecret,
    recordings: undefined,
    sign,
    now: () => started,
    ...changes,
  })

type Media = ReturnType<typeof make>

const common = "app=live&flashver=FMLE/3.0&swfurl=&tcurl=rtmp://h/live&pageurl=&addr=10.0.0.5"
const publishing = (name: string, args: string, client = 1) =>
  `${common}&clientid=${client}&call=publish&name=${name}&type=live&${args}`

const call = (
  media: Media,
  rooms: FakeRooms,
  event: string,
  fields: string,
  { method = "POST", secret = callbackSecret } = {},
) => callAsNginx(media, rooms, `${secret}/${event}`, fields, method)

describe("addresses", () => {
  test("a push address names the room, its end and a key that a viewer's address does not have", () => {
    const end = 1_785_600_000 + 6 * 3_600
    const key = sign(`push:7:${end}`).slice(0, 32)
    expect(make().pushAddress(7)).toBe(`rtmp://video.example.com/live/7?e=${end}&key=${key}`)
    expect(make().playAddresses(7).rtmp).not.toContain(key)
  })

  test("viewers are given RTMP, FLV and HLS under one key", () => {
    const end = 1_785_600_000 + 24 * 3_600
    const key = sign(`play:7:${end}`).slice(0, 32)
    expect(make().playAddresses(7)).toEqual({
      rtmp: `rtmp://video.example.com/live/7?e=${end}&key=${key}`,
      flv: `https://video.example.com/live/7.flv?e=${end}&key=${key}`,
      hls: `https://video.example.com/live/7/index.m3u8?e=${end}&key=${key}`,
    })
  })

  test("an address opens its room until its end, and with any other letter not at all", async () => {
    const rooms = openRooms(7)
    const args = keyOf(make().pushAddress(7))
    const end = started + 6 * 3_600_000
    expect(await call(make({ now: () => end - 1 }), rooms, "publish", publishing("7", args))).toBe(200)
    expect(await call(make({ now: () => end }), rooms, "publish", publishing("7", args))).toBe(403)
    for (let at = 0; at < args.length; at++) {
      const changed = args.slice(0, at) + (args[at] === "1" ? "2" : "1") + args.slice(at + 1)
      expect(`${changed} ${await call(make(), rooms, "publish", publishing("7", changed))}`).toBe(`${changed} 403`)
    }
    for (const e of ["", "1e11", "-1", "+1", " 1", "0x1", "9".repeat(16), "NaN"]) {
      const forged = `e=${encodeURIComponent(e)}&key=${sign(`push:7:${e}`).slice(0, 32)}`
      expect(await call(make(), rooms, "publish", publishing("7", forged))).toBe(403)
    }
  })

  test("a server that is not there is noticed", async () => {
    const gone = make({ rtmpUrl: "rtmp://127.0.0.1:9/live" })
    expect(await gone.check()).toContain("cannot be reached")
    const listening = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } })
    const there = make({ rtmpUrl: `rtmp://127.0.0.1:${listening.port}/live` })
    expect(await there.check()).toBeUndefined()
    listening.stop(true)
  })
})

describe("calls", () => {
  test("nobody is heard without the secret, nor where there is none", async () => {
    const rooms = openRooms(7)
    const done = `${common}&clientid=1&call=publish_done&name=7`
    for (const secret of ["", "x", callbackSecret.slice(0, -1), `${callbackSecret}x`, callbackSecret.toUpperCase()]) {
      expect(await call(make(), rooms, "publish_done", done, { secret })).toBe(404)
    }
    for (const none of [undefined, ""]) {
      const media = make({ callbackSecret: none })
      expect(await call(media, rooms, "publish_done", done, { secret: "" })).toBe(404)
      expect(await media.check()).toContain("RTMP_CALLBACK_SECRET")
    }
    expect(rooms.heard).toEqual([])
    expect(await call(make(), rooms, "publish_done", done)).toBe(200)
    expect(rooms.heard).toEqual(["ended 7"])
  })

  test("what is too long, unknown or of another application is not heard", async () => {
    const rooms = openRooms(7)
    const args = keyOf(make().pushAddress(7))
    expect(await call(make(), rooms, "publish", publishing("7", `${args}&more=${"x".repeat(65_536)}`))).toBe(404)
    expect(await call(make(), rooms, "connect", publishing("7", args))).toBe(404)
    expect(await call(make(), rooms, "publish/more", publishing("7", args))).toBe(404)
    expect(await call(make(), rooms, "publish", publishing("7", args).replace("app=live", "app=other"))).toBe(403)
    expect(await call(make(), rooms, "publish", "")).toBe(403)
    expect(rooms.heard).toEqual([])
  })

  test("what a publisher puts behind nginx's own fields counts for nothing", async () => {
    const rooms = openRooms(7, 8)
    const media = make()
    const borises = keyOf(media.pushAddress(8))
    for (const args of [
      `${borises}&name=8`,
      `name=8&${borises}`,
      `${borises}&app=live&call=record_done&path=/etc/passwd`,
    ]) {
      expect(await call(media, rooms, "publish", publishing("7", args))).toBe(403)
    }
    const annas = `${keyOf(media.pushAddress(7))}&name=8&clientid=99&call=update_play&path=/etc/passwd`
    expect(await call(media, rooms, "publish", publishing("7", annas))).toBe(200)
    const update = `${common}&clientid=1&call=update_publish&time=2&timestamp=1523&name=7&${annas}`
    expect(await call(media, rooms, "update", update)).toBe(200)
    expect(await call(media, rooms, "publish_done", `${common}&clientid=1&call=publish_done&name=7&${annas}`)).toBe(200)
    expect(rooms.heard).toEqual(["started 7", "ended 7"])
  })

  test("a viewer's sign of life is no host's", async () => {
    const rooms = openRooms(7)
    const media = make()
    expect(await call(media, rooms, "update", `${common}&clientid=1&call=update_play&name=7&call=update_publish`)).toBe(
      200,
    )
    expect(await media.isStreaming(7)).toBe(false)
    expect(rooms.heard).toEqual([])
  })

  test("nginx may be told to call by GET", async () => {
    const rooms = openRooms(7)
    const media = make()
    const args = keyOf(media.pushAddress(7))
    expect(await call(media, rooms, "publish", publishing("7", args), { method: "GET" })).toBe(200)
    expect(await call(media, rooms, "publish", publishing("7", "e=1&key=2"), { method: "GET" })).toBe(403)
  })

  test("a trouble of ours lets nobody in, and cuts nobody", async () => {
    const rooms = openRooms(7)
    const media = make()
    const args = keyOf(media.pushAddress(7))
    rooms.mood = "broken"
    await expect(call(media, rooms, "publish", publishing("7", args))).rejects.toThrow("busy")
    const update = (what: string) => call(media, rooms, "update", `${common}&clientid=1&call=${what}&name=7`)
    expect(await update("update_publish")).toBe(200)
    expect(await update("update_play")).toBe(200)
    rooms.mood = "well"
    rooms.open.clear()
    expect(await update("update_publish")).toBe(403)
    expect(await update("update_play")).toBe(403)
  })
})

describe("who publishes", () => {
  test("the end of the older of two connections is not the end of the stream, and each end counts once", () => {
    const publishers = rememberPublishers(() => started)
    expect(publishers.add(7, "old")).toEqual([])
    expect(publishers.add(7, "new")).toEqual(["old"])
    expect(publishers.remove(7, "old")).toBe(false)
    expect(publishers.has(7)).toBe(true)
    expect(publishers.remove(7, "unheard of")).toBe(false)
    expect(publishers.remove(7, "new")).toBe(true)
    expect(publishers.has(7)).toBe(false)
  })

  test("who owes a sign of life and gives none is gone", () => {
    let now = started
    const publishers = rememberPublishers(() => now)
    publishers.add(7, "patient")
    publishers.add(8, "ghost")
    expect(publishers.see(8, "ghost")).toBe(false)
    now += 99_999
    expect(publishers.has(8)).toBe(true)
    expect(publishers.see(8, "ghost")).toBe(false)
    now += 100_000
    expect(publishers.has(8)).toBe(false)
    expect(publishers.see(8, "ghost")).toBe(true)
    expect(publishers.has(7)).toBe(true)
    publishers.forget(7)
    expect(publishers.has(7)).toBe(false)
  })

  test("waiting for others to be gone ends with them, or in time", async () => {
    const publishers = rememberPublishers(() => started)
    publishers.add(7, "old")
    publishers.add(7, "new")
    const gone = publishers.gone(7, ["old"], 60_000)
    publishers.remove(7, "old")
    await gone
    await publishers.gone(7, ["new"], 1)
    await publishers.gone(7, [], 60_000)
    await publishers.gone(8, ["anybody"], 60_000)
  })

  test("the memory of rooms and of connections has an end", () => {
    const publishers = rememberPublishers(() => started)
    for (let roomId = 1; roomId <= 10_001; roomId++) publishers.add(roomId, "a")
    expect(publishers.has(1)).toBe(false)
    expect(publishers.has(2)).toBe(true)
    for (let i = 0; i < 20; i++) publishers.add(5, String(i))
    expect(publishers.add(5, "last")).toHaveLength(8)
  })
})
