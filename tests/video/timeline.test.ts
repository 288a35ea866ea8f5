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
        const at = timeline.place(kind, timestamp, offset)
        expect(at).toBeGreaterThanOrEqual(last[kind])
        expect(at - Math.max(last.video, last.audio)).toBeLessThanOrEqual(12_040)
        last[kind] = at
      }
    }),
  )
})
