import { afterAll, beforeAll, describe, expect, test } from "bun:test"
import { replayAnswer } from "../../../src/video/recording/replay.ts"
import { material } from "../hls/material.ts"
import { Ana, Studio } from "./stage.ts"

let studio: Studio
beforeAll(async () => {
  studio = await Studio.open()
  await studio.records(await material({ seconds: 3 }))
  await Bun.write(`${studio.dir}/secret.m3u8`, "secret")
  await Bun.write(studio.path("secret.mp4"), "secret")
})
afterAll(() => studio[Symbol.asyncDispose]())

describe("a recording's file", () => {
  test("is sent in the parts that are asked for", async () => {
    const whole = await Bun.file(studio.path("recording.mp4")).bytes()
    const part = async (range: string) => {
      const answer = await fetch(studio.url("recording.mp4"), { headers: { range } })
      return [answer.status, answer.headers.get("content-range"), Buffer.from(await answer.arrayBuffer())]
    }
    const size = whole.length
    expect(await part("bytes=0-99")).toEqual([206, `bytes 0-99/${size}`, Buffer.from(whole.slice(0, 100))])
    expect(await part("bytes=100-")).toEqual([206, `bytes 100-${size - 1}/${size}`, Buffer.from(whole.slice(100))])
    expect(await part("bytes=-10")).toEqual([
      206,
      `bytes ${size - 10}-${size - 1}/${size}`,
      Buffer.from(whole.slice(-10)),
    ])
    expect(await part(`bytes=${size}-`)).toEqual([416, `bytes */${size}`, Buffer.alloc(0)])
    expect(await part("bytes=0-1,5-6")).toEqual([200, null, Buffer.from(whole)])
  })

  test("is not sent again to whoever has it", async () => {
    const first = await fetch(studio.url("recording.mp4"), { method: "HEAD" })
    const etag = first.headers.get("etag") ?? ""
    const again = (headers: Record<string, string>) => fetch(studio.url("recording.mp4"), { headers })
    expect(first.headers.get("accept-ranges")).toBe("bytes")
    expect((await again({ "if-none-match": etag })).status).toBe(304)
    expect((await again({ "if-none-match": '"other"' })).status).toBe(200)
    expect((await again({ range: "bytes=0-1", "if-range": etag })).status).toBe(206)
    expect((await again({ range: "bytes=0-1", "if-range": '"other"' })).status).toBe(200)
  })
})

test("no name leads out of a recording, or to what is not a viewer's", async () => {
  const tricks = [
    [`${Ana}`, "../secret.m3u8"],
    [`${Ana}`, "..%2fsecret.m3u8"],
    [`${Ana}`, "secret.mp4"],
    [`${Ana}`, "journal"],
    [`${Ana}`, "finished.json"],
    [`${Ana}`, "index.m3u8\0.mp4"],
    [`${Ana}`, "seg-1.m4s/../../secret.m3u8"],
    [`${Ana}`, "recording.mp4\n"],
    [`${Ana}`, ""],
    ["..", "secret.m3u8"],
    [".", "secret.m3u8"],
    [`${Ana}/../${Ana}`, "index.m3u8"],
    [`0${Ana}`, "index.m3u8"],
    [`${Ana}\0`, "index.m3u8"],
    ["", "secret.m3u8"],
    [`${Ana}1`, "index.m3u8"],
  ] as const
  for (const [key, file] of tricks) {
    const answer = await replayAnswer(studio.dir, key, file, "", new Request("http://mili/"))
    expect([key, file, answer?.status]).toEqual([key, file, undefined])
  }
  const answer = await replayAnswer(studio.dir, `${Ana}`, "index.m3u8", "", new Request("http://mili/"))
  expect(await answer?.text()).toEndWith("\nstream.m3u8\n")
})
