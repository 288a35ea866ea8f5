import { afterEach, beforeEach, describe, expect, test } from "bun:test"
import { createHmac } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type RtmpOptions, rtmpMedia } from "../../src/providers/media/rtmp.ts"
import { film } from "../support/fakes/ffmpeg.ts"
import { type CallServer, type FakeRooms, openRooms, serveCalls } from "../support/fakes/rtmp_listener.ts"
import { type FakeSrs, startFakeSrs } from "../support/fakes/srs.ts"

/** Anna streams in room 7, Boris in room 8. */
const callbackSecret = "between-srs-and-the-server-alone"
const sign = (text: string) => createHmac("sha256", "stream secret").update(text).digest("hex")
const over = { save: true, startedAt: 0, finishedAt: 0 }
const keyOf = (address: string) => address.slice(address.indexOf("?"))

let rooms: FakeRooms
let calls: CallServer
let srs: FakeSrs
let folder: string

beforeEach(() => {
  rooms = openRooms(7, 8)
  calls = serveCalls(rooms)
  srs = startFakeSrs(`${calls.url}/${callbackSecret}/hooks`)
  folder = mkdtempSync(join(tmpdir(), "mili-srs-"))
})
afterEach(async () => {
  await srs[Symbol.asyncDispose]()
  await calls[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

function start(changes: Partial<RtmpOptions> = {}) {
  const media = rtmpMedia({
    server: "srs",
    rtmpUrl: "rtmp://127.0.0.1:9/live",
    playUrl: "http://127.0.0.1:9/live",
    controlUrl: srs.control.url,
    callbackSecret,
    recordings: { dir: folder, url: undefined },
    sign,
    now: Date.now,
    ...changes,
  })
  calls.provider = media
  return media
}

describe("SRS", () => {
  test("hosts and viewers get in with an address of the room, and nobody else does", async () => {
    const media = start()
    const annas = keyOf(media.pushAddress(7))
    const { rtmp, flv, hls } = media.playAddresses(7)
    for (const [stream, param] of [
      ["7", ""],
      ["7", keyOf(rtmp)],
      ["7", keyOf(media.pushAddress(8))],
      ["8", `?stream=7&${annas.slice(1)}`],
      ["7", `?key=0&${annas.slice(1)}`],
      ["eve", `${annas}&stream=7`],
      ["", annas],
      ["10", keyOf(media.pushAddress(10))],
    ] as const) {
      expect(await srs.publish(stream, param)).toBeUndefined()
    }
    expect(rooms.heard).toEqual([])
    expect(await srs.publish("7", annas)).toBeString()
    expect(rooms.heard).toEqual(["started 7"])
    expect(await media.isStreaming(7)).toBe(true)
    expect(await media.isStreaming(8)).toBe(false)

    expect(await srs.play("live/7", keyOf(rtmp))).toBeString()
    expect(await srs.play("live/7.flv", keyOf(flv))).toBeString()
    expect(await srs.play("live/7/index.m3u8", keyOf(hls))).toBeString()
    for (const url of ["live/8", "live/8/index.m3u8", "live/7/other.m3u8", "other/7", "live/eve/index.m3u8"]) {
      expect(await srs.play(url, keyOf(rtmp))).toBeUndefined()
    }
    expect(await srs.play("live/7", annas)).toBeUndefined()
  })

  test("another application is no way in", async () => {
    const media = start()
    await using other = startFakeSrs(`${calls.url}/${callbackSecret}/hooks`, "private")
    expect(await other.publish("7", keyOf(media.pushAddress(7)))).toBeUndefined()
  })

  test("the end of a stream is told once its last connection is gone", async () => {
    const media = start()
    const anna = await srs.publish("7", keyOf(media.pushAddress(7)))
    await srs.leave(anna ?? "")
    expect(rooms.heard).toEqual(["started 7", "ended 7"])
    expect(await media.isStreaming(7)).toBe(false)
  })

  test("a host who comes again takes over, and the old connection's end is not the stream's", async () => {
    const media = start()
    const first = await srs.publish("7", keyOf(media.pushAddress(7)))
    const second = await srs.publish("7", keyOf(media.pushAddress(7)))
    expect(second).toBeString()
    expect(srs.clients.has(first ?? "")).toBe(false)
    expect(rooms.heard).toEqual(["started 7", "started 7"])
    await srs.leave(second ?? "")
    await rooms.until("ended 7")
  })

  test("where SRS cannot be commanded it refuses the second, whose end is not the stream's", async () => {
    const media = start({ controlUrl: undefined })
    const first = await srs.publish("7", keyOf(media.pushAddress(7)))
    expect(await srs.publish("7", keyOf(media.pushAddress(7)))).toBeUndefined()
    expect(rooms.heard).toEqual(["started 7", "started 7"])
    expect(await media.isStreaming(7)).toBe(true)
    await srs.leave(first ?? "")
    await rooms.until("ended 7")
    expect(await media.isStreaming(7)).toBe(false)
    await media.close(7, over, rooms)
  })

  test("a host whose beginning cannot be noted is refused, and not taken for there", async () => {
    const media = start({ controlUrl: undefined })
    rooms.started = async () => Promise.reject(new Error("the database is busy"))
    expect(await srs.publish("7", keyOf(media.pushAddress(7)))).toBeUndefined()
    expect(await media.isStreaming(7)).toBe(false)
  })

  test("an SRS that does not answer keeps nobody from beginning", async () => {
    const media = start()
    for (const mood of ["garbage", "failing", "endless", "slow"] as const) {
      srs.control.mood = mood
      const anna = await srs.publish("7", keyOf(media.pushAddress(7)))
      expect(anna).toBeString()
      await srs.leave(anna ?? "")
    }
  }, 15_000)

  test("a room that is over is closed to everybody in it, and to nobody else", async () => {
    const media = start()
    await srs.publish("7", keyOf(media.pushAddress(7)))
    const boris = await srs.publish("8", keyOf(media.pushAddress(8)))
    srs.crowd("7", 250)
    await srs.play("live/7", keyOf(media.playAddresses(7).rtmp))
    const hls = await srs.play("live/7.m3u8", keyOf(media.playAddresses(7).hls))
    srs.crowd("8", 3)
    rooms.open.delete(7)
    await media.close(7, over, rooms)
    await rooms.until("ended 7")
    expect(await media.isStreaming(7)).toBe(false)
    while (srs.clients.size > 5) await Bun.sleep(10)
    const left = [...srs.clients.values()]
    expect(left.filter((one) => one.stream === "7").map((one) => one.id)).toEqual([hls ?? ""])
    expect(left.map((one) => one.id)).toContain(boris ?? "")
    expect(left.filter((one) => one.kind === "viewer")).toHaveLength(3)
    await media.close(7, over, rooms)
    await media.close(99, over, rooms)
  })

  test("viewers who leave while they are to be cut are no trouble", async () => {
    const media = start()
    srs.crowd("7", 5)
    srs.restless = true
    await media.close(7, over, rooms)
    expect(srs.clients.size).toBe(0)
    expect(srs.control.asked.filter((one) => one.startsWith("DELETE"))).toHaveLength(5)
  })

  test("what SRS does not answer as it should is told, within bounds", async () => {
    const media = start()
    for (const mood of ["garbage", "failing", "endless"] as const) {
      srs.control.mood = mood
      await expect(media.isStreaming(7)).rejects.toThrow(/^SRS /)
      await expect(media.close(7, over, rooms)).rejects.toThrow(/^SRS /)
    }
    srs.control.mood = "slow"
    await expect(media.isStreaming(7)).rejects.toThrow("did not answer in 3000 ms")
  }, 15_000)

  test("a stream is found behind many others", async () => {
    const media = start()
    for (let i = 1_000; i < 1_350; i++) srs.crowd(String(i), 1)
    await srs.publish("7", keyOf(media.pushAddress(7)))
    expect(await media.isStreaming(7)).toBe(true)
    const pages = () => srs.control.asked.filter((one) => one === "GET /api/v1/streams").length
    const before = pages()
    expect(before).toBeGreaterThan(3)
    // Who asks about many rooms asks SRS once.
    expect(await Promise.all([7, 8, 1_000].map((roomId) => media.isStreaming(roomId)))).toEqual([true, false, false])
    expect(pages()).toBe(before)
    await srs.leave([...srs.clients.values()].find((one) => one.stream === "7")?.id ?? "")
    expect(await media.isStreaming(7)).toBe(false)
  })

  test("recordings are told with their length, as FLV and as MP4, wherever SRS stands", async () => {
    const media = start()
    const anna = await srs.publish("7", keyOf(media.pushAddress(7)))
    await film(join(folder, "7.1.flv"), 3).ended
    await film(join(folder, "7.2.mp4"), 2).ended
    expect(await (await srs.record(anna ?? "", folder, "./7.1.flv")).json()).toEqual({ code: 0 })
    expect((await srs.record(anna ?? "", "/", join(folder, "7.2.mp4"))).status).toBe(200)
    const bytes = (name: string) => Bun.file(join(folder, name)).size
    expect(rooms.recordings).toEqual([
      { roomId: 7, recording: { key: "7.1.flv", seconds: 3, bytes: bytes("7.1.flv") } },
      { roomId: 7, recording: { key: "7.2.mp4", seconds: 2, bytes: bytes("7.2.mp4") } },
    ])
    expect(media.replayAddress({ key: "7.1.flv" })).toBe("http://127.0.0.1:9/live/7.1.flv")
    expect(await (await srs.record(anna ?? "", folder, "../../etc/passwd")).json()).toEqual({ code: 1 })
    expect((await srs.record(anna ?? "", "/etc", "passwd")).status).toBe(403)
    expect(rooms.recordings).toHaveLength(2)
  })

  test("calls that are none of SRS' are not heard", async () => {
    start()
    const post = (path: string, body: string) => fetch(`${calls.url}/${path}`, { method: "POST", body })
    const call = JSON.stringify({ action: "on_unpublish", client_id: 1, app: "live", stream: "7" })
    expect((await post(`${callbackSecret}/hooks`, call)).status).toBe(200)
    for (const body of ["", "{", "[]", '"0"', '{"action":1}', '{"action":"on_play","client_id":{}}']) {
      expect((await post(`${callbackSecret}/hooks`, body)).status).toBe(404)
    }
    expect((await post(`${callbackSecret}/publish`, call)).status).toBe(404)
    expect((await post(`${callbackSecret}x/hooks`, call)).status).toBe(404)
    expect((await post("hooks", call)).status).toBe(404)
    const connected = JSON.stringify({ action: "on_close", client_id: "a", app: "live", stream: "7" })
    expect((await post(`${callbackSecret}/hooks`, connected)).status).toBe(200)
    expect(rooms.heard).toEqual(["ended 7"])
  })
})
