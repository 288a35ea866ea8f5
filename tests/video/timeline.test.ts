import { expect, test } from "bun:test"
import fc from "fast-check"
import { Timeline } from "../../src/video/timeline.ts"

const videoAt = (timeline: Timeline, ...timestamps: number[]) =>
  timestamps.map((timestamp) => timeline.place("video", timestamp, 0))

test("a stream begins at 0, whatever the publisher's clock says", () => {
  expect(videoAt(new Timeline(), 90_000_000, 90_000_040, 90_000_080)).toEqual([0, 40, 80])
})

test("the publisher's clock may wrap", () => {
  expect(videoAt(new Timeline(), 2 ** 32 - 40, 0, 40)).toEqual([0, 40, 80])
})

test("a publisher that comes again goes on where the last one was shown to the end", () => {
  const timeline = new Timeline()
  videoAt(timeline, 0, 40)
  timeline.place("video", 80, 120)
  timeline.restart()
  expect(videoAt(timeline, 0, 40)).toEqual([240, 280])
  timeline.restart()
  expect(timeline.place("video", 0, 30)).toBe(280 + 40 - 30)
})

test("a new clock's first picture is shown when the last one is over, and its sound does not fall on the old one's", () => {
  const timeline = new Timeline()
  for (const [kind, timestamp] of [
    ["video", 0],
    ["audio", 0],
    ["video", 20],
    ["audio", 23],
    ["audio", 46],
    ["video", 40],
  ] as const) {
    timeline.place(kind, timestamp, 0)
  }
  timeline.restart()
  expect(timeline.place("video", 7_000, 15)).toBe(40 + 20 - 15)
  const sounds = [6_990, 7_013, 7_036].map((timestamp) => timeline.place("audio", timestamp, 0))
  expect(sounds).toEqual([undefined, undefined, 81])
})

test("a clock that jumps either way is taken for a new one", () => {
  expect(videoAt(new Timeline(), 20_000, 20_040, 40, 80, 3_600_000, 3_600_040)).toEqual([0, 40, 80, 120, 160, 200])
})

test("a clock that goes back a little within a kind is taken for a new one too", () => {
  expect(videoAt(new Timeline(), 5_000, 5_040, 1_000, 1_040)).toEqual([0, 40, 80, 120])
  expect(videoAt(new Timeline(), 5_000, 5_040, 5_030, 5_080)).toEqual([0, 40, 40, 80])
})

test("sound that began long before the picture keeps its distance", () => {
  const timeline = new Timeline()
  timeline.place("video", 3_000, 0)
  expect([timeline.place("audio", 0, 0), timeline.place("video", 3_040, 0)]).toEqual([40, 3_080])
})

test("a gap of ten seconds is a gap", () => {
  expect(videoAt(new Timeline(), 0, 10_000, 20_001)).toEqual([0, 10_000, 10_040])
})

test("sound and picture that come out of step keep their distance", () => {
  const timeline = new Timeline()
  const at = [
    timeline.place("video", 1_000, 0),
    timeline.place("audio", 1_150, 0),
    timeline.place("video", 1_040, 0),
    timeline.place("audio", 1_173, 0),
    timeline.place("video", 1_080, 0),
  ]
  expect(at).toEqual([0, 150, 40, 173, 80])
})

test("time never goes back among the packets of a kind", () => {
  const anyKind = fc.constantFrom("video" as const, "audio" as const)
  const anyTime = fc.oneof(fc.nat({ max: 2 ** 32 - 1 }), fc.nat({ max: 30_000 }))
  const anyOffset = fc.integer({ min: -(2 ** 23), max: 2 ** 23 - 1 })
  fc.assert(
    fc.property(fc.array(fc.tuple(anyKind, anyTime, anyOffset, fc.boolean()), { size: "large" }), (packets) => {
      const timeline = new Timeline()
      const last = { video: 0, audio: 0 }
      for (const [kind, timestamp, offset, isNew] of packets) {
        if (isNew) timeline.restart()
        const at = timeline.place(kind, timestamp, offset) ?? last[kind]
        expect(at).toBeGreaterThanOrEqual(last[kind])
        expect(at - Math.max(last.video, last.audio)).toBeLessThanOrEqual(12_040)
        last[kind] = at
      }
    }),
  )
})
