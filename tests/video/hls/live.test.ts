import { expect, test } from "bun:test"
import { ALL_FORMATS, EncodedPacketSink, Input, UrlSource } from "mediabunny"
import { decoded, frames, material, type Recipe } from "./material.ts"
import { Ana, key, Stage } from "./stage.ts"
import { part } from "./validator.ts"

/** Long enough a playlist that nothing leaves it, for players that only come when all is there. */
const all = { listed: 100, listedMin: 100 }

const broadcasts: [string, Recipe, { target: number; lengths: number[] }][] = [
  ["a key frame every 2 seconds", { seconds: 7, keySeconds: 2 }, { target: 2, lengths: [2, 2, 2, 1] }],
  ["a key frame every half second", { seconds: 5, keySeconds: 0.5 }, { target: 2, lengths: [2, 2, 1] }],
  ["a key frame every 8 seconds", { seconds: 17, keySeconds: 8, bFrames: 3 }, { target: 8, lengths: [8, 8, 1] }],
  [
    "reordered frames and sound of 48 kHz",
    { seconds: 7, bFrames: 2, rate: 48_000 },
    { target: 2, lengths: [2, 2, 2, 1] },
  ],
  ["reordered frames of 29.97 a second", { seconds: 6, bFrames: 2, fps: 29.97 }, { target: 2, lengths: [2, 2, 2] }],
  [
    "frames at uneven intervals",
    { seconds: 7, keySeconds: 1.4, bFrames: 2, uneven: true },
    { target: 2, lengths: [2, 2, 2, 1] },
  ],
  ["no sound", { seconds: 5, only: "video", bFrames: 1 }, { target: 2, lengths: [2, 2, 1] }],
]

test.each(broadcasts)("Bo watches a stream with %s", async (_, recipe, { target, lengths }) => {
  await using stage = new Stage(all)
  const packets = await material(recipe)
  const validator = await stage.broadcasts(packets)

  expect(validator.problems).toEqual([])
  expect(validator.latest).toMatchObject({ targetDuration: target, isOver: true })
  expect(validator.segments.map(({ listed }) => Math.round(listed.seconds))).toEqual(lengths)
  const pictures = validator.segments.flatMap((segment) => part(segment, "video")?.samples ?? [])
  expect(pictures.filter(({ isSync }) => isSync)).toHaveLength(
    frames(packets, "video").filter(({ isKey }) => isKey).length,
  )
  expect(await decoded(stage.url(), "v")).toBe(frames(packets, "video").length)
  if (recipe.only !== "video") {
    const heard = await decoded(stage.url(), "a")
    // Sound that came before the first key frame is left out.
    expect(heard).toBeGreaterThanOrEqual(frames(packets, "audio").length - 3)
  }
  expect(stage.logged).toEqual([])
})

test("sound alone is cut into segments of two seconds", async () => {
  await using stage = new Stage(all)
  const packets = await material({ seconds: 7, only: "audio" })
  const validator = await stage.broadcasts(packets)

  expect(validator.problems).toEqual([])
  expect(validator.variant?.attributes).toMatchObject({ CODECS: "mp4a.40.2" })
  expect(validator.variant?.attributes).not.toHaveProperty("RESOLUTION")
  expect(validator.latest).toMatchObject({ targetDuration: 2, segments: { length: 4 } })
  expect(await decoded(stage.url(), "a")).toBe(frames(packets, "audio").length)
})

test("picture and sound are shown when the host sent them, whatever the order they are decoded in", async () => {
  await using stage = new Stage(all)
  const packets = await material({ seconds: 5, bFrames: 3, rate: 48_000 })
  const validator = await stage.broadcasts(packets)

  const sent = frames(packets, "video")
    .map(({ at, body }) => at + Buffer.from(body).readIntBE(2, 3))
    .map((shown, _, [first = 0]) => shown - first)
  const shown = validator.segments.flatMap((segment) => {
    const video = part(segment, "video")
    let decodedAt = (video?.start ?? 0) * 1_000 - (segment.tracks[0]?.delay ?? 0)
    return (video?.samples ?? []).map(({ duration, offset }) => {
      decodedAt += duration
      return decodedAt - duration + offset
    })
  })
  expect(shown.map((at) => Math.round(at - (shown[0] ?? 0)))).toEqual(sent)

  const audio = part(validator.segments[1] ?? fail(), "audio")
  const heard = frames(packets, "audio").map(({ at }) => at)
  const nearest = Math.min(...heard.map((at) => Math.abs(at - (audio?.start ?? 0) * 1_000)))
  expect(nearest).toBeLessThan(1.1)
  // ffmpeg, too, finds the first picture where the host's own timestamps have it, on the sound's clock.
  const probe = [
    "ffprobe",
    "-v",
    "error",
    "-show_entries",
    "stream=codec_type,start_time",
    "-of",
    "csv=p=0",
    stage.url(),
  ]
  const starts = (await new Response(Bun.spawn(probe).stdout).text()).split("\n")
  const [first] = frames(packets, "video")
  const firstShown = (first?.at ?? 0) + Buffer.from(first?.body ?? []).readIntBE(2, 3)
  expect(starts).toContain(`video,${(firstShown / 1_000).toFixed(6)}`)
})

test("mediabunny reads the stream back", async () => {
  await using stage = new Stage(all)
  const packets = await material({ seconds: 5, bFrames: 2 })
  stage.stream()
  stage.keep()
  await stage.publish(packets)
  stage.end()

  const input = new Input({ source: new UrlSource(stage.url()), formats: ALL_FORMATS })
  const track = await input.getPrimaryVideoTrack()
  expect(await track?.getCodecParameterString()).toStartWith("avc1.64")
  let count = 0
  if (track) for await (const _ of new EncodedPacketSink(track).packets()) count += 1
  expect(count).toBe(frames(packets, "video").length)
})

test("every address in the playlists shows the viewer's key again, and nothing else can be slipped in", async () => {
  await using stage = new Stage()
  stage.stream()
  stage.keep()
  await stage.publish(await material({ seconds: 5 }))
  const validator = stage.validator()
  await validator.poll()

  expect(validator.problems).toEqual([])
  expect(validator.variant?.uri).toBe(`stream.m3u8?${key}`)
  const forged = await (await fetch(stage.url(`stream.m3u8?key="\n#EXT-X-ENDLIST`))).text()
  expect(forged).not.toContain("ENDLIST")
  expect(forged.match(/"/g)?.length).toBe(2)
  for (const file of ["seg-1.m4s", "init-0.mp4", "..%2f7%2findex.m3u8", "index.m3u8.bak", ""]) {
    expect((await fetch(stage.url(file))).status).toBe(404)
  }
  expect((await fetch(stage.url("index.m3u8", Ana + 100))).status).toBe(404)
})

function fail(): never {
  throw new Error("nothing there")
}
