import { describe, expect, test } from "bun:test"
import { createHmac } from "node:crypto"
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { type RtmpOptions, rtmpMedia } from "../../src/providers/media/rtmp.ts"
import { push, watch } from "../support/fakes/ffmpeg.ts"
import { startNginx } from "../support/fakes/nginx_rtmp.ts"
import { openRooms, serveCalls } from "../support/fakes/rtmp_listener.ts"

/** Real nginx and real ffmpeg. Anna streams in room 7, Boris in room 8; Eve has an address of her own for room 9. */
const callbackSecret = "between-nginx-and-the-server-alone"
const sign = (text: string) => createHmac("sha256", "stream secret").update(text).digest("hex")
const patience = 30_000
const over = { save: true, startedAt: 0, finishedAt: 0 }
const keyOf = (address: string) => address.slice(address.indexOf("?"))

/** nginx names recordings by the second: two of the same one would be one file. */
async function nextSecond() {
  const second = Math.floor(Date.now() / 1_000)
  while (Math.floor(Date.now() / 1_000) === second) await Bun.sleep(20)
}

/** An nginx that calls a server; `start` starts that server, or restarts it. */
async function setStage({ updates = false } = {}) {
  const rooms = openRooms(7, 8, 9)
  const calls = serveCalls(rooms)
  const url = `${calls.url}/${callbackSecret}`
  const nginx = await startNginx(url, updates ? `on_update ${url}/update; notify_update_timeout 500ms;` : "")
  const options: RtmpOptions = {
    server: "nginx",
    rtmpUrl: nginx.rtmpUrl,
    playUrl: `${nginx.controlUrl}/live`,
    controlUrl: nginx.controlUrl,
    callbackSecret,
    recordings: { dir: nginx.recordings, url: "https://video.example.com/recordings" },
    sign,
    now: Date.now,
  }
  return {
    rooms,
    calls,
    nginx,
    options,
    start(changes: Partial<RtmpOptions> = {}) {
      const media = rtmpMedia({ ...options, ...changes })
      calls.provider = media
      return media
    },
    async [Symbol.asyncDispose]() {
      await nginx[Symbol.asyncDispose]()
      await calls[Symbol.asyncDispose]()
    },
  }
}

describe("nginx", () => {
  test(
    "a host's address opens the host's room, until the host leaves, and leaves a recording",
    async () => {
      await using stage = await setStage()
      const { rooms, calls, nginx } = stage
      const media = stage.start()
      expect(await media.check()).toBeUndefined()
      expect(await media.isStreaming(7)).toBe(false)
      await using anna = push(media.pushAddress(7))
      await rooms.until("started 7")
      expect((await watch(media.playAddresses(7).rtmp, 20).ended).code).toBe(0)
      expect(await media.isStreaming(7)).toBe(true)
      expect(await media.isStreaming(8)).toBe(false)

      await using _viewer = watch(media.playAddresses(7).rtmp, 100_000)
      await calls.until("play 200", 2)
      await anna.stop()
      await rooms.until("ended 7")
      await rooms.until("recorded 7")
      expect(await media.isStreaming(7)).toBe(false)
      const [kept] = rooms.recordings
      const recording = kept?.recording ?? { key: "", seconds: 0, bytes: 0 }
      const file = join(nginx.recordings, recording.key)
      expect(kept?.roomId).toBe(7)
      expect(recording.key).toMatch(/^7-\d+\.flv$/)
      expect(recording.seconds).toBeGreaterThanOrEqual(2)
      expect(recording.bytes).toBe(Bun.file(file).size)
      expect(media.replayAddress(recording)).toBe(`https://video.example.com/recordings/${recording.key}`)

      await media.deleteRecording(recording)
      expect(existsSync(file)).toBe(false)
      await media.deleteRecording(recording)
    },
    patience,
  )

  test(
    "who has a wrong, an expired or somebody else's key does not get in",
    async () => {
      await using stage = await setStage()
      const media = stage.start()
      const yesterday = rtmpMedia({ ...stage.options, now: () => Date.now() - 7 * 3_600_000 })
      const base = stage.nginx.rtmpUrl
      const annas = keyOf(media.pushAddress(7))
      const eves = keyOf(media.pushAddress(9))
      const refused = [
        `${base}/7`,
        media.pushAddress(7).replace(/.$/, (digit) => (digit === "0" ? "1" : "0")),
        yesterday.pushAddress(7),
        media.playAddresses(7).rtmp,
        `${base}/7${eves}`,
        `${base}/eve${annas}&name=7`,
        `${base}/eve?name=7&${annas.slice(1)}`,
        `${base}/7${eves}&name=9&app=live&call=play`,
        `${base}/7?e=1&${annas.slice(1)}`,
        `${base}/07${annas}`,
        media.pushAddress(10),
      ]
      for (const address of refused) {
        const { code, said } = await push(address).ended
        expect(`${address}: ${code}`).toBe(`${address}: 1`)
        expect(said).not.toBe("")
      }
      expect(stage.calls.answered).toEqual(refused.map(() => "publish 403"))
      expect(stage.rooms.heard).toEqual([])
    },
    patience,
  )

  test(
    "viewers need an address of the room too, by RTMP and by HLS",
    async () => {
      await using stage = await setStage()
      const { rooms, nginx } = stage
      const media = stage.start()
      await using _anna = push(media.pushAddress(7))
      await rooms.until("started 7")
      const { rtmp, hls } = media.playAddresses(7)
      expect((await watch(rtmp, 1).ended).code).toBe(0)
      const refused = [`${nginx.rtmpUrl}/7`, media.pushAddress(7), rtmp.replace("/7?", "/8?name=7&")]
      for (const address of refused) expect((await watch(address, 1).ended).code).not.toBe(0)

      while (!existsSync(join(nginx.recordings, "hls/7/index.m3u8"))) await Bun.sleep(50)
      expect(await (await fetch(hls)).text()).toStartWith("#EXTM3U")
      for (const address of [hls.split("?")[0] ?? "", hls.replace("/7/", "/8/"), hls.replace("?", "?name=8&e=1&")]) {
        expect((await fetch(address)).status).toBe(403)
      }
      rooms.open.delete(7)
      expect((await fetch(hls)).status).toBe(403)
    },
    patience,
  )

  test(
    "a room that is over is closed to its host and its viewers at once",
    async () => {
      await using stage = await setStage()
      const { rooms, calls } = stage
      const media = stage.start()
      await using anna = push(media.pushAddress(7))
      await rooms.until("started 7")
      await using viewer = watch(media.playAddresses(7).rtmp, 100_000)
      await calls.until("play 200")
      rooms.open.delete(7)
      await media.close(7, over, rooms)
      await Promise.all([anna.ended, viewer.ended])
      await rooms.until("ended 7")
      expect(await media.isStreaming(7)).toBe(false)
      expect((await push(media.pushAddress(7)).ended).code).toBe(1)
      await media.close(7, over, rooms)
    },
    patience,
  )

  test(
    "a host who comes again takes over from a connection that is dead, also after a restart of the server",
    async () => {
      await using stage = await setStage()
      const { rooms } = stage
      const media = stage.start()
      await using phone = push(media.pushAddress(7))
      await rooms.until("started 7")
      await watch(media.playAddresses(7).rtmp, 1).ended
      phone.freeze()
      await using again = push(stage.start().pushAddress(7))
      await rooms.until("started 7", 2)
      await rooms.until("recorded 7")
      expect((await watch(media.playAddresses(7).rtmp, 5).ended).code).toBe(0)
      expect(rooms.heard).not.toContain("ended 7")
      await again.stop()
      await rooms.until("ended 7")
      expect(await media.isStreaming(7)).toBe(false)
    },
    patience,
  )

  test(
    "without a way to command nginx the first connection stays, and the second one's end is not the stream's",
    async () => {
      await using stage = await setStage()
      const { rooms, calls, nginx } = stage
      const media = stage.start({ controlUrl: undefined })
      await using anna = push(media.pushAddress(7))
      await rooms.until("started 7")
      await watch(media.playAddresses(7).rtmp, 1).ended
      await nextSecond()
      expect((await push(media.pushAddress(7)).ended).said).toContain("Already publishing")
      await calls.until("record_done 403")
      expect(readdirSync(nginx.recordings).filter((one) => one.startsWith("7-"))).toHaveLength(2)
      expect(rooms.heard).toEqual(["started 7", "started 7"])
      expect(await media.isStreaming(7)).toBe(true)
      await anna.stop()
      await rooms.until("ended 7")
      await rooms.until("recorded 7")
      expect(await media.isStreaming(7)).toBe(false)
      expect(rooms.recordings).toHaveLength(1)
    },
    patience,
  )

  test(
    "signs of life tell a restarted server who is there, and cut who should not be",
    async () => {
      await using stage = await setStage({ updates: true })
      const { rooms, calls } = stage
      await using anna = push(stage.start({ controlUrl: undefined }).pushAddress(7))
      await rooms.until("started 7")
      const media = stage.start({ controlUrl: undefined })
      expect(await media.isStreaming(7)).toBe(false)
      await rooms.until("started 7", 2)
      expect(await media.isStreaming(7)).toBe(true)

      rooms.mood = "broken"
      await calls.until("update 200", calls.answered.length + 2)
      rooms.mood = "well"
      rooms.open.delete(7)
      await calls.until("update 403")
      expect((await anna.ended).code).not.toBe(0)
      await rooms.until("ended 7")
      expect(rooms.heard.filter((one) => one === "started 7")).toHaveLength(2)
    },
    patience,
  )

  test(
    "an nginx that is gone is noticed",
    async () => {
      await using stage = await setStage()
      const media = stage.start()
      expect(await media.check()).toBeUndefined()
      expect(await stage.start({ recordings: { dir: "/nowhere", url: undefined } }).check()).toContain(
        "RTMP_RECORDINGS_DIR",
      )
      await stage.nginx.stop()
      expect(await media.check()).toContain("cannot be reached")
      await expect(stage.start().isStreaming(7)).rejects.toThrow("nginx cannot be reached")
      await expect(media.close(7, over, stage.rooms)).rejects.toThrow("nginx cannot be reached")
    },
    patience,
  )
})
