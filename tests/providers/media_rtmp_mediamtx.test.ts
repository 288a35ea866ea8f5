import { afterEach, beforeEach, describe, expect, test } from "bun:test"
import { createHmac } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type RtmpOptions, rtmpMedia } from "../../src/providers/media/rtmp.ts"
import { type FakeMediaMtx, startFakeMediaMtx } from "../support/fakes/mediamtx.ts"
import { type CallServer, type FakeRooms, openRooms, serveCalls } from "../support/fakes/rtmp_listener.ts"

/** Anna streams in room 7, Boris in room 8. */
const callbackSecret = "between-mediamtx-and-the-server-alone"
const sign = (text: string) => createHmac("sha256", "stream secret").update(text).digest("hex")
const over = { save: true, startedAt: 0, finishedAt: 0 }
/** MediaMTX leaves the question mark out. */
const queryOf = (address: string) => address.slice(address.indexOf("?") + 1)

let rooms: FakeRooms
let calls: CallServer
let mtx: FakeMediaMtx
let folder: string

beforeEach(() => {
  rooms = openRooms(7, 8)
  calls = serveCalls(rooms)
  mtx = startFakeMediaMtx(`${calls.url}/${callbackSecret}`)
  folder = mkdtempSync(join(tmpdir(), "mili-mtx-"))
})
afterEach(async () => {
  await mtx[Symbol.asyncDispose]()
  await calls[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

function start(changes: Partial<RtmpOptions> = {}) {
  const media = rtmpMedia({
    server: "mediamtx",
    rtmpUrl: "rtmp://127.0.0.1:9/live",
    playUrl: "http://127.0.0.1:9/live",
    controlUrl: mtx.control.url,
    callbackSecret,
    recordings: { dir: folder, url: "https://video.example.com/recordings" },
    sign,
    now: Date.now,
    ...changes,
  })
  calls.provider = media
  return media
}

describe("MediaMTX", () => {
  test("hosts and viewers get in with an address of the room, and nobody else does", async () => {
    const media = start()
    const annas = queryOf(media.pushAddress(7))
    const viewers = queryOf(media.playAddresses(7).hls)
    for (const [path, query] of [
      ["live/7", ""],
      ["live/7", viewers],
      ["live/8", annas],
      ["live/eve", `${annas}&path=live/7`],
      ["live/7", `key=&${annas}`],
      ["7", annas],
      ["live/live/7", annas],
      ["live/10", queryOf(media.pushAddress(10))],
    ] as const) {
      expect(await mtx.publish(path, query)).toBeUndefined()
    }
    expect(rooms.heard).toEqual([])
    expect(await mtx.publish("live/7", annas)).toBeString()
    expect(rooms.heard).toEqual(["started 7"])
    expect(await media.isStreaming(7)).toBe(true)
    expect(await media.isStreaming(8)).toBe(false)

    expect(await mtx.ask("read", "live/7", viewers)).toBe(true)
    expect(await mtx.ask("read", "live/8", viewers)).toBe(false)
    expect(await mtx.ask("read", "live/7", annas)).toBe(false)
    for (const action of ["playback", "api", "metrics", "pprof", ""]) {
      expect(await mtx.ask(action, "live/7", viewers)).toBe(false)
    }
    rooms.open.delete(7)
    expect(await mtx.ask("read", "live/7", viewers)).toBe(false)
  })

  test("rooms may be at the root", async () => {
    const media = start({ rtmpUrl: "rtmp://127.0.0.1:9", playUrl: "http://127.0.0.1:9" })
    expect(media.pushAddress(7)).toStartWith("rtmp://127.0.0.1:9/7?e=")
    expect(await mtx.publish("7", queryOf(media.pushAddress(7)))).toBeString()
    expect(await media.isStreaming(7)).toBe(true)
  })

  test("who takes over is not taken for gone, in whatever order the commands come", async () => {
    for (const order of ["as happened", "backwards"] as const) {
      const media = start({ controlUrl: undefined })
      await mtx.publish("live/7", queryOf(media.pushAddress(7)))
      mtx.hold()
      await mtx.publish("live/7", queryOf(media.pushAddress(7)))
      await mtx.release(order)
      expect(await media.isStreaming(7)).toBe(true)
      expect(rooms.heard.at(-1)).toBe("started 7")
      await mtx.leave("live/7")
      expect(await media.isStreaming(7)).toBe(false)
      expect(rooms.heard.at(-1)).toBe("ended 7")
    }
  })

  test("a room that is over is closed, also to a host whose stream begins that moment", async () => {
    const media = start()
    await mtx.publish("live/7", queryOf(media.pushAddress(7)))
    rooms.open.delete(7)
    await media.close(7, over, rooms)
    await rooms.until("ended 7")
    expect(mtx.sources.size).toBe(0)
    await media.close(7, over, rooms)

    mtx.hold()
    await mtx.publish("live/8", queryOf(media.pushAddress(8)))
    rooms.open.delete(8)
    await mtx.release("as happened")
    expect(mtx.sources.size).toBe(0)
    expect(rooms.heard).not.toContain("started 8")
  })

  test("what MediaMTX does not answer as it should is told, within bounds", async () => {
    const media = start()
    for (const mood of ["garbage", "failing", "endless"] as const) {
      mtx.control.mood = mood
      await expect(media.isStreaming(7)).rejects.toThrow(/^MediaMTX /)
      await expect(media.close(7, over, rooms)).rejects.toThrow(/^MediaMTX /)
    }
    await mtx.control.stop()
    await expect(media.isStreaming(7)).rejects.toThrow("cannot be reached")
  })

  test("the parts of a recording are told as they are complete, with the length that MediaMTX tells", async () => {
    const media = start()
    mkdirSync(join(folder, "live/7"), { recursive: true })
    const file = join(folder, "live/7/2026-11-24_12-00-00-000000.mp4")
    writeFileSync(file, "an MP4 file")
    expect((await mtx.record("live/7", file, "61.7")).status).toBe(204)
    expect((await mtx.record("live/7", "/etc/passwd", "5")).status).toBe(403)
    expect((await mtx.record("live/7", join(folder, "live/7/gone.mp4"), "5")).status).toBe(403)
    expect((await mtx.record("live/7", file, "Infinity")).status).toBe(403)
    const recording = { key: "live/7/2026-11-24_12-00-00-000000.mp4", seconds: 62, bytes: 11 }
    expect(rooms.recordings).toEqual([{ roomId: 7, recording }])
    expect(media.replayAddress(recording)).toBe(`https://video.example.com/recordings/${recording.key}`)
    await media.deleteRecording(recording)
    expect(await Bun.file(file).exists()).toBe(false)
  })

  test("calls that are none of MediaMTX' are not heard", async () => {
    start()
    const post = (path: string, body: string | URLSearchParams) =>
      fetch(`${calls.url}/${path}`, { method: "POST", body })
    for (const body of ["", "{", "[]", '{"action":"read"}']) {
      expect((await post(`${callbackSecret}/auth`, body)).status).toBe(404)
    }
    const form = new URLSearchParams({ path: "live/7", source: "a" })
    expect((await post(`${callbackSecret}/nothing`, form)).status).toBe(404)
    expect((await post(`wrong-secret/unavailable`, form)).status).toBe(404)
    expect(rooms.heard).toEqual([])
  })
})
