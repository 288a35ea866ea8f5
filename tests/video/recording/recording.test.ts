import { expect, test } from "bun:test"
import { boxes, viewOf } from "../hls/boxes.ts"
import { decoded, frames, material } from "../hls/material.ts"
import { Ana, Studio } from "./stage.ts"

/** The whole length ffmpeg finds in a file, in seconds. */
async function lengthOf(path: string): Promise<number> {
  const probe = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path]
  return Number(await new Response(Bun.spawn(probe).stdout).text())
}

test("Ana's stream is kept from its beginning to its end, as a playlist and as one file", async () => {
  await using studio = await Studio.open()
  const packets = await material({ seconds: 7, bFrames: 2 })
  await studio.records(packets)
  const validator = studio.validator()
  await validator.poll()

  expect(studio.told.items).toMatchObject([{ roomId: Ana, key: `${Ana}` }])
  expect(studio.told.items[0]?.seconds).toBeCloseTo(7, 1)
  expect(validator.problems).toEqual([])
  expect(validator.latest).toMatchObject({ isRecording: true, isOver: true, sequence: 1 })
  expect(validator.segments.map(({ listed }) => Math.round(listed.seconds))).toEqual([2, 2, 2, 1])
  expect(await decoded(studio.url(), "v")).toBe(frames(packets, "video").length)

  const file = studio.path("recording.mp4")
  expect(await decoded(file, "v")).toBe(frames(packets, "video").length)
  expect(await decoded(file, "a")).toBeGreaterThanOrEqual(frames(packets, "audio").length - 4)
  expect(await lengthOf(file)).toBeCloseTo(7, 1)
  const types = boxes(viewOf(await Bun.file(file).bytes())).map(({ type }) => type)
  expect(types.indexOf("moov")).toBeLessThan(types.indexOf("mdat"))
  const kept = validator.segments.reduce((sum, { size }) => sum + size, 0)
  expect(studio.told.items[0]?.bytes).toBe(kept + Bun.file(file).size)
  expect(studio.asked).toHaveLength(4)
  expect(studio.asked.at(-1)).toBe(2 * kept)
  expect(studio.logged).toEqual([])

  await studio.recordings.finish(Ana)
  expect(studio.told.items).toHaveLength(1)
})

test("picture and sound stay together in the file, with reordered frames too", async () => {
  await using studio = await Studio.open()
  await studio.records(await material({ seconds: 5, bFrames: 3, rate: 48_000 }))

  const starts = async (address: string) => {
    const probe = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_type,start_time", "-of", "csv=p=0", address]
    const lines = (await new Response(Bun.spawn(probe).stdout).text()).split("\n")
    const start = (kind: string) => Number(lines.find((line) => line.startsWith(kind))?.split(",")[1])
    return start("video") - start("audio")
  }
  // The file begins with the picture, a frame of sound or so later than the stream does.
  const skipped = ((await starts(studio.url())) - (await starts(studio.path("recording.mp4")))) / (1_024 / 48_000)
  expect(skipped).toBeLessThan(4)
  expect(skipped).toBeCloseTo(Math.round(skipped), 1)
})

test("what Ana sends with other decoders is in the same playlist, and in a file of its own", async () => {
  await using studio = await Studio.open()
  const small = await material({ seconds: 3, bFrames: 2 })
  const large = await material({ seconds: 3, size: "320x180" })
  await studio.records(small, large, small)
  const validator = studio.validator()
  await validator.poll()

  expect(validator.problems).toEqual([])
  expect(validator.segments.map(({ listed }) => listed.isDiscontinuous)).toEqual([
    false,
    false,
    true,
    false,
    true,
    false,
  ])
  const count = frames(small, "video").length
  expect(await decoded(studio.path("recording.mp4"), "v")).toBe(2 * count)
  expect(await decoded(studio.path("recording-2.mp4"), "v")).toBe(count)
  expect(await lengthOf(studio.path("recording.mp4"))).toBeCloseTo(6, 0)
  expect(studio.logged).toEqual([])
})

test("Ana speaks without a picture, and that is kept too", async () => {
  await using studio = await Studio.open()
  const packets = await material({ seconds: 5, only: "audio" })
  await studio.records(packets)

  expect(await decoded(studio.path("recording.mp4"), "a")).toBeGreaterThanOrEqual(frames(packets, "audio").length - 1)
  expect(studio.told.items[0]?.seconds).toBeCloseTo(5, 1)
})

test("a room in which nothing was sent leaves nothing behind, and nobody is told", async () => {
  await using studio = await Studio.open()
  studio.live.stream()
  studio.recordings.start(Ana)
  studio.live.end()
  await studio.recordings.finish(Ana)

  expect(studio.told.items).toEqual([])
  await expect(studio.files()).rejects.toThrow("ENOENT")
})

test("when nobody listens, the recording is told again", async () => {
  await using studio = await Studio.open()
  studio.live.stream()
  studio.recordings.start(Ana)
  await studio.live.publish(await material({ seconds: 3 }))
  studio.live.end()
  studio.deaf = true
  const failure = await studio.recordings.finish(Ana).catch((error) => error)
  expect(failure).toEqual(new Error("nobody listens"))
  expect(studio.told.items).toEqual([])

  studio.deaf = false
  await studio.recordings.finish(Ana)
  expect(studio.told.items).toHaveLength(1)
})

test("a deleted recording is gone, and deleting it again is fine", async () => {
  await using studio = await Studio.open()
  await studio.records(await material({ seconds: 3 }))
  expect((await fetch(studio.url())).status).toBe(200)

  await studio.recordings.remove(`${Ana}`)
  await studio.recordings.remove(`${Ana}`)
  expect((await fetch(studio.url())).status).toBe(404)
  for (const trick of ["..", ".", "", "7/../7", "%2e%2e", "-1"]) await studio.recordings.remove(trick)
  expect(await Bun.file(import.meta.path).exists()).toBe(true)
})
