import { afterAll, beforeAll, expect, test } from "bun:test"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { messageType } from "../../../src/video/rtmp/message.ts"
import { ffmpeg, framesIn, source, tagsOf } from "./ffmpeg.ts"
import { Stage, type Taken } from "./stage.ts"

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rtmp-"))
})
afterAll(() => rm(folder, { recursive: true }))

const address = (stage: Stage, path: string) => `rtmp://127.0.0.1:${stage.server.port}/${path}`

test("ffmpeg publishes, and every packet arrives as it was muxed", async () => {
  await using stage = new Stage()
  const file = join(folder, "published.flv")
  // Two outputs of one encoding.
  const outputs = `[f=flv]${file}|[f=flv]${address(stage, "live/eve?key=good")}`
  const run = await ffmpeg(...source(3), "-map", "0", "-map", "1", "-flags", "+global_header", "-f", "tee", outputs)
  expect(run).toEqual({ code: 0, errors: "" })
  expect(stage.events.items).toEqual(["eve publishes", "eve is gone"])

  const muxed = (await tagsOf(file)).filter(({ type }) => type !== messageType.data)
  const arrived = stage.taken.items.filter(({ kind }) => kind !== "data")
  expect(arrived.length).toBeGreaterThan(200)
  const asTag = ({ kind, timestamp, body }: Taken) => ({ type: messageType[kind] as number, time: timestamp, body })
  expect(arrived.map(asTag)).toEqual(muxed)
  const metadata = stage.taken.items.find(({ kind }) => kind === "data")
  expect(Buffer.from(metadata?.body ?? []).toString("latin1")).toStartWith("\x02\x00\x0aonMetaData")
})

test("ffmpeg plays what another one publishes, to the last frame", async () => {
  await using stage = new Stage()
  const [published, played] = [join(folder, "source.flv"), join(folder, "played.flv")]
  await ffmpeg(...source(3), "-f", "flv", published)
  const viewer = ffmpeg("-i", address(stage, "live/eve?key=good"), "-c", "copy", played)
  await stage.events.until((event) => event === "eve is watched")
  await ffmpeg("-i", published, "-c", "copy", "-f", "flv", address(stage, "live/eve?key=good"))
  stage.sink.close()
  expect(await viewer).toEqual({ code: 0, errors: "" })
  expect(await framesIn(played)).toEqual(await framesIn(published))
  expect(stage.events.items).toEqual(["eve is watched", "eve publishes", "eve is gone", "eve is left"])
})

test.each(["live/eve?key=bad", "live?key=bad/eve", "elsewhere/eve?key=good"])(
  "ffmpeg is refused at %s, says so and stops",
  async (path) => {
    // Nobody is cut, so that it must stop by itself.
    await using stage = new Stage({ lingerMs: 600_000 })
    const push = await ffmpeg(...source(60), "-f", "flv", address(stage, path))
    const pull = await ffmpeg("-i", address(stage, path), "-f", "null", "-")
    for (const { code, errors } of [push, pull]) {
      expect(errors).toContain("Server error")
      expect(code).not.toBe(0)
    }
    expect(stage.taken.items).toEqual([])
  },
)

test("ffmpeg stops when its stream is taken from it", async () => {
  await using stage = new Stage({ lingerMs: 600_000 })
  const push = ffmpeg("-re", ...source(60), "-f", "flv", address(stage, "live/eve?key=good"))
  await stage.taken.until(({ kind }) => kind === "video")
  stage.publishers[0]?.close("The room is over")
  const { code, errors } = await push
  expect(code).not.toBe(0)
  expect(errors).toContain("The room is over")
})
