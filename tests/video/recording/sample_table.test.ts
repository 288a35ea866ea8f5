import { expect, test } from "bun:test"
import type { Run } from "../../../src/video/recording/fragment_reader.ts"
import { SampleTable } from "../../../src/video/recording/sample_table.ts"

/** Frames of ten bytes and ten units each; the first is a key frame. */
const run = (decodeTime: number, count: number, offsets: number[] = []): Run => ({
  trackId: 1,
  decodeTime,
  position: 0,
  count,
  frame: (index) => ({ duration: 10, size: 10, isKey: index === 0, offset: offsets[index] ?? 0 }),
})

test("equal frames and equal runs of them are counted, not listed", () => {
  const table = new SampleTable("video")
  table.add(run(0, 4), 0, 0)
  table.add(run(40, 4), 0, 100)
  table.add(run(80, 2), 0, 200)
  table.end()

  expect(table.durations).toEqual([10, 10])
  expect(table.offsets).toEqual([10, 0])
  expect(table.keys).toEqual([1, 5, 9])
  expect(table.chunks).toEqual([0, 100, 200])
  expect(table.chunkSizes).toEqual([1, 4, 1, 3, 2, 1])
  expect([table.duration, table.shownEnd]).toEqual([100, 100])
})

test("a gap between runs is the last frame's", () => {
  const table = new SampleTable("video")
  table.add(run(0, 2), 0, 0)
  table.add(run(50, 1), 0, 20)
  table.end()

  expect(table.durations).toEqual([1, 10, 1, 40, 1, 10])
})

test("sound that begins before the last sound was over is left out, and its bytes are passed over", () => {
  const table = new SampleTable("audio")
  table.add(run(0, 3), 0, 0)
  table.add(run(5, 4), 0, 30)
  table.end()

  expect(table.sizes).toHaveLength(5)
  // Those at 5 and 15 are too early; at 25 and 35 it goes on.
  expect(table.chunks).toEqual([0, 50])
  expect(table.durations).toEqual([2, 10, 1, 5, 2, 10])
})

test("a picture is never left out: it is decoded at once, and shown when it should be", () => {
  const table = new SampleTable("video")
  table.add(run(0, 3), 0, 0)
  table.add(run(15, 2, [30, 30]), 0, 30)
  table.end()

  expect(table.sizes).toHaveLength(5)
  expect(table.durations).toEqual([2, 10, 1, 0, 1, 5, 1, 10])
  expect(table.offsets).toEqual([3, 0, 1, 25, 1, 30])
})

test("the recording's clock is another than the segment's", () => {
  const table = new SampleTable("video")
  table.add(run(1_000, 2), -1_020, 0)
  table.end()

  expect([table.start, table.duration, table.shownEnd]).toEqual([-20, 20, 0])
})
