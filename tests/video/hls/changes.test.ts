import { expect, test } from "bun:test"
import type { Packet } from "../../../src/video/packet.ts"
import { decoded, frames, material, temporaryFile } from "./material.ts"
import { Stage } from "./stage.ts"
import { part, type Seen } from "./validator.ts"

const all = { listed: 100, listedMin: 100 }

const later = (packets: Packet[], ms: number): Packet[] => packets.map((packet) => ({ ...packet, at: packet.at + ms }))
const cuts = (segments: Seen[]) => segments.map(({ listed }) => listed.isDiscontinuous)

/** How many pictures ffmpeg decodes of the segments of each set of decoders: it cannot change them on its way. */
async function decodedRuns(stage: Stage, segments: Seen[]): Promise<number[]> {
  const runs = Map.groupBy(segments, ({ listed }) => listed.map ?? "")
  return Promise.all(
    [...runs].map(async ([map, run]) => {
      const files = [map, ...run.map(({ listed }) => listed.uri)]
      const parts = await Promise.all(files.map(async (file) => (await fetch(stage.url(file))).bytes()))
      await using file = await temporaryFile(Buffer.concat(parts))
      return await decoded(file.path, "v")
    }),
  )
}

test("Ana comes again with a larger picture: the segment under way is finished, and the decoders are told", async () => {
  await using stage = new Stage(all)
  const small = await material({ seconds: 5, bFrames: 2 })
  const large = await material({ seconds: 3, size: "320x180", rate: 48_000 })
  stage.stream()
  stage.keep()
  await stage.publish(small)
  stage.stream().interrupt()
  await stage.publish(large)
  stage.end()
  const validator = stage.validator()
  await validator.poll()

  expect(validator.problems).toEqual([])
  const { segments, variant } = validator
  expect(segments.map(({ listed }) => Math.round(listed.seconds))).toEqual([2, 2, 1, 2, 1])
  expect(cuts(segments)).toEqual([false, false, false, true, false])
  expect(new Set(segments.map(({ listed }) => listed.map)).size).toBe(2)
  expect(variant?.attributes["RESOLUTION"]).toBe("320x180")
  expect(await decodedRuns(stage, segments)).toEqual([frames(small, "video").length, frames(large, "video").length])
})

test("Ana comes again as she was: the decoders stay, the time is another", async () => {
  await using stage = new Stage(all)
  const packets = await material({ seconds: 3 })
  const validator = await stage.broadcasts(packets, packets, packets)

  expect(validator.problems).toEqual([])
  expect(cuts(validator.segments)).toEqual([false, false, true, false, true, false])
  expect(new Set(validator.segments.map(({ listed }) => listed.map)).size).toBe(1)
  expect(await decoded(stage.url(), "v")).toBe(3 * frames(packets, "video").length)
})

test("a picture turned in the middle of the stream begins a segment with decoders of its own", async () => {
  await using stage = new Stage(all)
  const wide = await material({ seconds: 3, only: "video" })
  const tall = later(await material({ seconds: 3, only: "video", size: "108x192" }), 3_000)
  const validator = await stage.broadcasts([...wide.filter(({ body }) => body[1] !== 2), ...tall])

  expect(validator.problems).toEqual([])
  expect(cuts(validator.segments)).toEqual([false, false, true, false])
  expect(validator.segments.at(-1)?.tracks[0]?.size).toEqual({ width: 108, height: 192 })
  expect(await decodedRuns(stage, validator.segments)).toEqual([90, 90])
})

test("sound that changes its rate is heard from the next key frame on", async () => {
  await using stage = new Stage(all)
  const video = await material({ seconds: 8, keySeconds: 0.5, only: "video" })
  const slow = (await material({ seconds: 3, only: "audio" })).filter(({ kind }) => kind === "audio")
  const fast = (await material({ seconds: 5, only: "audio", rate: 48_000 })).filter(({ kind }) => kind === "audio")
  const packets = [...video, ...slow, ...later(fast, 3_000)].toSorted((one, other) => one.at - other.at)
  const validator = await stage.broadcasts(packets)

  expect(validator.problems).toEqual([])
  const rates = validator.segments.map(({ tracks }) => tracks.find(({ kind }) => kind === "audio")?.timescale)
  expect(rates).toEqual([44_100, 44_100, 48_000, 48_000, 48_000])
  expect(cuts(validator.segments)).toEqual([false, false, true, false, false])
  expect(validator.segments[1]?.listed.seconds).toBeWithin(1, 1.6)
})

test("a picture that joins later begins a new set of tracks", async () => {
  await using stage = new Stage(all)
  const sound = (await material({ seconds: 8, only: "audio" })).filter(({ kind }) => kind === "audio")
  const video = later(await material({ seconds: 4, only: "video" }), 3_500)
  const packets = [...sound, ...video].toSorted((one, other) => one.at - other.at)
  const validator = await stage.broadcasts(packets)

  expect(validator.problems).toEqual([])
  expect(validator.segments.map(({ tracks }) => tracks.length)).toEqual([1, 1, 2, 2])
  expect(cuts(validator.segments)).toEqual([false, false, true, false])
  expect(validator.variant?.attributes["CODECS"]).toMatch(/^(mp4a.40.2,avc1.64.*|avc1.64.*,mp4a.40.2)$/)
})

test("a picture that stands still for long while the sound goes on does not hold the sound up", async () => {
  await using stage = new Stage(all)
  const sound = (await material({ seconds: 16, only: "audio" })).filter(({ kind }) => kind === "audio")
  const video = await material({ seconds: 4, only: "video" })
  const again = later(video, 12_000).filter(({ isConfig }) => !isConfig)
  const packets = [...video.filter(({ body }) => body[1] !== 2), ...again, ...sound].toSorted(
    (one, other) => one.at - other.at,
  )
  const validator = await stage.broadcasts(packets)

  expect(validator.problems.filter((problem) => !problem.includes("video goes on"))).toEqual([])
  expect(validator.segments.map((segment) => [Math.round(segment.listed.seconds), !!part(segment, "video")])).toEqual([
    [2, true],
    [7, true],
    [2, false],
    [1, false],
    [2, true],
    [2, true],
  ])
})

test("key frames that are too far apart cost the video between them, not the memory", async () => {
  await using stage = new Stage({ ...all, segmentMsMax: 3_000 })
  const validator = await stage.broadcasts(await material({ seconds: 10, keySeconds: 8 }))

  expect(validator.problems.filter((problem) => !problem.includes("video goes on"))).toEqual([])
  expect(validator.segments.map((segment) => !!part(segment, "video"))).toEqual([true, false, false, false, true])
  expect(validator.latest?.targetDuration).toBe(3)
  expect(stage.logged).toHaveLength(1)
  expect(stage.logged[0]).toContain("too far apart")
})
