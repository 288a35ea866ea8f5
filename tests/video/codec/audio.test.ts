import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { describeAudio, readAudioConfig } from "../../../src/video/codec/audio.ts"
import { ffmpeg, tone } from "../ffmpeg.ts"
import { BitWriter } from "./bit_writer.ts"

const aac = (config: Uint8Array) => Uint8Array.of(0xaf, 0, ...config)
const hex = (digits: string) => Uint8Array.from(Buffer.from(digits, "hex"))

describe("an audio tag's header", () => {
  test.each([
    ["AAC's configuration", [0xaf, 0, 9], { codec: "aac", isConfig: true, dataOffset: 2 }],
    ["AAC's sound", [0xaf, 1, 9], { codec: "aac", isConfig: false, dataOffset: 2 }],
    ["MP3", [0x2f, 9], { codec: "mp3", isConfig: false, dataOffset: 1 }],
    ["MP3 at 8 kHz", [0xe2, 9], { codec: "mp3", isConfig: false, dataOffset: 1 }],
  ] as const)("tells %s", (_, body, expected) => {
    expect(describeAudio(Uint8Array.from(body))).toEqual(expected)
  })

  test.each([
    ["nothing", []],
    ["a header alone", [0xaf, 1]],
    ["an unknown packet of AAC", [0xaf, 2, 9]],
    ["Speex", [0xb2, 9]],
    ["an enhanced tag", [0x90, 0x4f, 0x70, 0x75, 0x73, 9]],
  ])("tells nothing of %s", (_, body) => {
    expect(describeAudio(Uint8Array.from(body))).toBeUndefined()
  })
})

describe("an audio configuration", () => {
  test.each([
    ["AAC-LC in stereo", "1210", "mp4a.40.2", 44_100, 2],
    ["AAC-LC, mono", "1188", "mp4a.40.2", 48_000, 1],
    ["AAC-LC of 5.1", "11b0", "mp4a.40.2", 48_000, 6],
    ["AAC-LC of 7.1", "11b8", "mp4a.40.2", 48_000, 8],
    ["HE-AAC that says so", "2b920800", "mp4a.40.5", 44_100, 2],
    ["HE-AAC that hides it", "139056e5a0", "mp4a.40.5", 44_100, 2],
    ["HE-AAC v2 that hides it", "138856e5a54880", "mp4a.40.29", 44_100, 2],
    ["HE-AAC v2 that says so", "eb8a0800", "mp4a.40.29", 44_100, 2],
    ["AAC-LC with bytes behind it", "121056e500", "mp4a.40.2", 44_100, 2],
  ])("of %s is read", (_, config, codec, sampleRate, channels) => {
    expect(readAudioConfig(aac(hex(config)))).toEqual({ codec, description: hex(config), sampleRate, channels })
  })

  test("may tell a rate and a type that have no number", () => {
    const odd = new BitWriter().put(2, 5).put(15, 4).put(37_800, 24).put(2, 4).bytes()
    const usac = new BitWriter()
      .put(31, 5)
      .put(42 - 32, 6)
      .put(3, 4)
      .put(2, 4)
      .bytes()
    expect(readAudioConfig(aac(odd))).toMatchObject({ codec: "mp4a.40.2", sampleRate: 37_800 })
    expect(readAudioConfig(aac(usac))).toMatchObject({ codec: "mp4a.40.42", sampleRate: 48_000 })
  })

  test.each([
    ["a frame", Uint8Array.of(0xaf, 1, 0x12, 0x10)],
    ["half a configuration", aac(hex("12"))],
    ["a rate of no number", aac(hex("1690"))],
    ["channels told elsewhere", aac(hex("1200"))],
    ["no MP3", Uint8Array.of(0x2f, 0xff, 0xfd, 0x90, 0)],
    ["a cut MP3", Uint8Array.of(0x2f, 0xff, 0xfb, 0x90)],
  ])("is not made of %s", (_, body) => {
    expect(readAudioConfig(body)).toBeUndefined()
  })

  test.each([
    [44_100, 2],
    [48_000, 1],
    [22_050, 2],
    [8_000, 1],
  ])("of MP3 at %d Hz stands in every frame", async (rate, channels) => {
    const mp3 = await ffmpeg([
      ...tone(rate),
      ...["-t", "0.2", "-ac", String(channels), "-c:a", "libmp3lame", "-write_xing", "0", "-id3v2_version", "0"],
      ...["-f", "mp3", "-"],
    ])
    expect(readAudioConfig(Uint8Array.of(0x2f, ...mp3))).toEqual({
      codec: "mp3",
      description: undefined,
      sampleRate: rate,
      channels,
    })
  })

  test("that is garbage harms nobody", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (garbage) => {
        describeAudio(garbage)
        for (const head of [[], [0xaf, 0], [0x2f], [0xaf, 0, 0x13, 0x90, 0x56]]) {
          readAudioConfig(Uint8Array.of(...head, ...garbage))
        }
      }),
      { numRuns: 5_000 },
    )
  })
})
