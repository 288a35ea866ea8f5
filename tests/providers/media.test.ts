import { expect, test } from "bun:test"
import { createHmac } from "node:crypto"
import { rtmpMedia } from "../../src/providers/media/rtmp.ts"

const sign = (text: string) => createHmac("sha256", "stream secret").update(text).digest("hex")
const media = rtmpMedia({
  rtmpUrl: "rtmp://video.example.com/live",
  playUrl: "https://video.example.com/live",
  sign,
  now: () => 1_785_600_000_000,
})

test("a push address names the room, its end and a key that a viewer's address does not have", () => {
  const end = 1_785_600_000 + 6 * 3_600
  const key = sign(`push:7:${end}`).slice(0, 32)
  expect(media.pushAddress(7)).toBe(`rtmp://video.example.com/live/7?e=${end}&key=${key}`)
  expect(media.playAddresses(7).rtmp).not.toContain(key)
})

test("viewers are given RTMP, FLV and HLS under one key", () => {
  const end = 1_785_600_000 + 24 * 3_600
  const key = sign(`play:7:${end}`).slice(0, 32)
  expect(media.playAddresses(7)).toEqual({
    rtmp: `rtmp://video.example.com/live/7?e=${end}&key=${key}`,
    flv: `https://video.example.com/live/7.flv?e=${end}&key=${key}`,
    hls: `https://video.example.com/live/7/index.m3u8?e=${end}&key=${key}`,
  })
})

test("an RTMP server that is not there is noticed", async () => {
  const gone = rtmpMedia({ rtmpUrl: "rtmp://127.0.0.1:9/live", playUrl: "http://127.0.0.1:9", sign, now: Date.now })
  expect(await gone.check()).toContain("cannot be reached")
  const listening = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } })
  const there = rtmpMedia({
    rtmpUrl: `rtmp://127.0.0.1:${listening.port}/live`,
    playUrl: "http://127.0.0.1:9",
    sign,
    now: Date.now,
  })
  expect(await there.check()).toBeUndefined()
  listening.stop(true)
})
