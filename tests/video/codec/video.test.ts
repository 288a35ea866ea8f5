import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { ALL_FORMATS, BufferSource, Input } from "mediabunny"
import { describeVideo, readVideoConfig } from "../../../src/video/codec/video.ts"
import { ffmpeg, picture } from "../ffmpeg.ts"
import { BitWriter } from "./bit_writer.ts"

const enhanced = (fourCc: string, type: number, ...data: number[]) =>
  Uint8Array.of(0x90 | type, ...Buffer.from(fourCc), ...data)

describe("a video tag's header", () => {
  test.each([
    ["AVC's configuration", [0x17, 0, 0, 0, 0, 9], { codec: "avc", isConfig: true, isKey: false, dataOffset: 5 }],
    ["AVC's key frame", [0x17, 1, 0, 0, 80, 9], { codec: "avc", isKey: true, compositionOffset: 80, dataOffset: 5 }],
    ["a frame shown before its time", [0x27, 1, 0xff, 0xff, 0xd8, 9], { isKey: false, compositionOffset: -40 }],
    ["a server's key frame", [0x47, 1, 0, 0, 0, 9], { isKey: true }],
    ["a disposable frame", [0x37, 1, 0, 0, 0, 9], { isKey: false }],
    ["HEVC under its own number", [0x1c, 1, 0, 0, 40, 9], { codec: "hevc", isKey: true, compositionOffset: 40 }],
  ])("tells %s", (_, body, expected) => {
    expect(describeVideo(Uint8Array.from(body))).toMatchObject(expected)
  })

  test.each([
    ["hvc1", "hevc", 8, 40],
    ["avc1", "avc", 8, 40],
    ["av01", "av1", 5, 0],
    ["vp09", "vp9", 5, 0],
  ] as const)("tells enhanced %s", (fourCc, codec, dataOffset, compositionOffset) => {
    const frame = { codec, isConfig: false, isKey: true }
    expect(describeVideo(enhanced(fourCc, 0, 9))).toMatchObject({
      codec,
      isConfig: true,
      isKey: false,
      dataOffset: 5,
    })
    expect(describeVideo(enhanced(fourCc, 1, 0, 0, 40, 9))).toEqual({
      ...frame,
      compositionOffset,
      dataOffset,
    })
    expect(describeVideo(enhanced(fourCc, 3, 9))).toEqual({ ...frame, compositionOffset: 0, dataOffset: 5 })
  })

  test.each([
    ["nothing", []],
    ["a header alone", [0x17, 1, 0, 0, 0]],
    ["the end of a sequence", [0x17, 2, 0, 0, 0, 9]],
    ["a command", [0x57, 1, 0, 0, 0, 9]],
    ["Sorenson's H.263", [0x12, 1, 0, 0, 0, 9]],
    ["an enhanced end of a sequence", [...enhanced("hvc1", 2, 9)]],
    ["HDR metadata", [...enhanced("hvc1", 4, 9)]],
    ["several tracks in one", [...enhanced("hvc1", 6, 9, 9, 9, 9)]],
    ["another FourCC", [...enhanced("vvc1", 1, 0, 0, 0, 9)]],
    ["a FourCC cut short", [0x90, 0x68, 0x76]],
  ])("tells nothing of %s", (_, body) => {
    expect(describeVideo(Uint8Array.from(body))).toBeUndefined()
  })
})

/** A configuration as an MP4 file carries it, and the codec that another reader makes of it. */
async function encoded(size: string, ...options: string[]) {
  const mp4 = await ffmpeg([
    ...picture(size),
    ...["-frames:v", "2", ...options, "-movflags", "frag_keyframe+delay_moov", "-f", "mp4", "-"],
  ])
  using input = new Input({ source: new BufferSource(mp4), formats: ALL_FORMATS })
  const codec = await (await input.getPrimaryVideoTrack())?.getCodecParameterString()
  return { codec, description: boxOf(Buffer.from(mp4)) }
}

function boxOf(mp4: Buffer): Uint8Array {
  const at = Math.max(...["avcC", "hvcC", "av1C"].map((name) => mp4.indexOf(name)))
  return mp4.subarray(at + 4, at - 4 + mp4.readUInt32BE(at - 4))
}

/** A reader's codec as this server tells it: parameter sets in the configuration, and AV1's optional parts left out. */
const told = (codec: string | null | undefined) => codec?.replace("hev1", "hvc1").replace(/^(av01(\.\w+){3}).*/, "$1")

const x264 = (...options: string[]) => ["-c:v", "libx264", ...options]
const x265 = (pixels: string) => [
  "-c:v",
  "libx265",
  "-x265-params",
  "log-level=none",
  "-tag:v",
  "hvc1",
  "-pix_fmt",
  pixels,
]
const legacy = (description: Uint8Array) => Uint8Array.of(0x17, 0, 0, 0, 0, ...description)
const hvc1 = (description: Uint8Array) => enhanced("hvc1", 0, ...description)
const av01 = (description: Uint8Array) => enhanced("av01", 0, ...description)

describe("a video configuration", () => {
  test.each([
    ["AVC baseline", "640x360", x264("-profile:v", "baseline", "-pix_fmt", "yuv420p"), legacy],
    ["AVC main, cropped", "1920x1080", x264("-profile:v", "main", "-pix_fmt", "yuv420p"), legacy],
    ["AVC high, upright", "540x960", x264("-profile:v", "high", "-pix_fmt", "yuv420p"), legacy],
    ["AVC interlaced", "854x480", x264("-flags", "+ildct", "-x264-params", "tff=1", "-pix_fmt", "yuv420p"), legacy],
    ["AVC with scaling lists", "640x362", x264("-x264-params", "cqm=jvt", "-pix_fmt", "yuv420p"), legacy],
    ["AVC 4:2:2", "642x358", x264("-pix_fmt", "yuv422p10le"), legacy],
    ["AVC 4:4:4 with scaling lists", "642x358", x264("-x264-params", "cqm=jvt", "-pix_fmt", "yuv444p"), legacy],
    ["AVC grey", "642x358", x264("-pix_fmt", "gray"), legacy],
    ["HEVC, cropped", "1920x1080", x265("yuv420p"), hvc1],
    ["HEVC of ten bits", "640x362", x265("yuv420p10le"), hvc1],
    ["HEVC 4:4:4", "642x358", x265("yuv444p"), hvc1],
    ["AV1", "642x358", ["-c:v", "libaom-av1", "-cpu-used", "8"], av01],
    ["AV1 of ten bits", "320x180", ["-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p10le"], av01],
  ])("of %s is read as the encoder meant it", async (_, size, options, wrap) => {
    const { codec, description } = await encoded(size, ...options)
    const [width, height] = size.split("x").map(Number)
    const config = readVideoConfig(wrap(description))

    expect(config && { ...config, description: undefined }).toEqual({
      codec: told(codec),
      description: undefined,
      width,
      height,
    } as never)
    expect(config?.description).toEqual(new Uint8Array(description))
  })

  test("with everything before the size is read", () => {
    const sps = new BitWriter()
      .put(100, 8)
      .put(0, 8)
      .put(31, 8)
      .unsigned(0)
      .unsigned(1)
      .unsigned(0)
      .unsigned(0)
      .put(0, 1)
    // One list that is all there, one that repeats its last value, one that is the default, and those that are missing.
    sps.put(1, 1).put(1, 1)
    for (let n = 0; n < 16; n++) sps.signed(n === 15 ? 3 : 1)
    sps.put(1, 1).signed(4).signed(-12).put(1, 1).signed(-8).put(0, 3).put(1, 1)
    for (let n = 0; n < 64; n++) sps.signed(0)
    sps.put(0, 1)
    // An order of pictures with a cycle.
    sps.unsigned(0).unsigned(1).put(0, 1).signed(-3).signed(5).unsigned(3).signed(1).signed(-70_000).signed(0)
    sps.unsigned(4).put(0, 1).unsigned(79).unsigned(44).put(1, 1).put(1, 1)
    sps.put(1, 1).unsigned(1).unsigned(2).unsigned(0).unsigned(3).put(0, 1)
    const nal = [0x67, ...sps.bytes()]
    const avcC = [1, 100, 0, 31, 0xff, 0xe1, 0, nal.length, ...nal]

    expect(readVideoConfig(legacy(Uint8Array.from(avcC)))).toMatchObject({
      codec: "avc1.64001f",
      width: 80 * 16 - 6,
      height: 45 * 16 - 6,
    })
  })

  test("of AV1 with timing and a decoder model is read", () => {
    const header = new BitWriter().put(0, 3).put(0, 2).put(1, 1).put(1, 32).put(30, 32).put(1, 1).unsigned(0)
    header.put(1, 1).put(9, 5).put(1, 32).put(9, 5).put(9, 5)
    header.put(1, 1).put(1, 5)
    for (const level of [9, 4]) {
      header.put(0, 12).put(level, 5)
      if (level > 7) header.put(1, 1)
      header.put(1, 1).put(0, 10).put(0, 10).put(0, 1).put(1, 1).put(0, 4)
    }
    header.put(10, 4).put(9, 4).put(1_279, 11).put(719, 10)
    const delimiter = [0x12, 0]
    const extended = [0x0e, 0, header.bytes().length, ...header.bytes()]
    const av1C = [0x81, 0x29, 0x80, 0, ...delimiter, ...extended]

    expect(readVideoConfig(av01(Uint8Array.from(av1C)))).toMatchObject({
      codec: "av01.1.09H.08",
      width: 1_280,
      height: 720,
    })
  })

  test("that is none is not read", async () => {
    const { description } = await encoded("320x180", ...x264("-pix_fmt", "yuv420p"))
    expect(readVideoConfig(Uint8Array.of(0x17, 1, 0, 0, 0, ...description))).toBeUndefined()
    expect(readVideoConfig(enhanced("vp09", 0, 1, 0, 0, 0))).toBeUndefined()
    expect(readVideoConfig(av01(Uint8Array.of(0x81, 0, 0, 0)))).toBeUndefined()
  })

  test("that is damaged harms nobody", async () => {
    const sound = await Promise.all([
      encoded("1280x720", ...x264("-pix_fmt", "yuv420p")).then(({ description }) => legacy(description)),
      encoded("320x180", ...x265("yuv420p")).then(({ description }) => hvc1(description)),
      encoded("320x180", "-c:v", "libaom-av1", "-cpu-used", "8").then(({ description }) => av01(description)),
    ])
    const damage = fc.array(fc.record({ at: fc.nat(400), to: fc.nat(255) }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(fc.constantFrom(...sound), damage, fc.nat(400), (body, changes, length) => {
        const damaged = body.slice(0, length)
        for (const { at, to } of changes) if (at >= 5 && at < damaged.length) damaged[at] = to
        const config = readVideoConfig(damaged)
        if (config) expect(Math.max(config.width, config.height)).toBeLessThanOrEqual(16_384)
      }),
      { numRuns: 5_000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        describeVideo(garbage)
        readVideoConfig(garbage)
        for (const wrap of [legacy, hvc1, av01]) readVideoConfig(wrap(garbage))
      }),
      { numRuns: 5_000 },
    )
  })
})
