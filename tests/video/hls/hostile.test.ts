import { expect, test } from "bun:test"
import fc from "fast-check"
import { createLog } from "../../../src/log.ts"
import { defaultHlsLimits } from "../../../src/video/hls/limits.ts"
import { Packager } from "../../../src/video/hls/packager.ts"
import type { Segment } from "../../../src/video/hls/segment.ts"
import type { Packet } from "../../../src/video/packet.ts"
import { material } from "./material.ts"
import { Ana, Eve, Stage, turn } from "./stage.ts"

/** A packager alone, what it makes and what it complains of. */
function packager(limits = {}) {
  const segments: Segment[] = []
  const logged: string[] = []
  const over = Promise.withResolvers<void>()
  const made = new Packager(
    { segment: (segment) => segments.push(segment), ended: over.resolve },
    { limits: { ...defaultHlsLimits, ...limits }, log: createLog((line) => logged.push(line)), now: Date.now },
  )
  return { made, segments, logged, over: over.promise }
}

test("whatever a host sends, the packager lives, and makes something of what is right in it", async () => {
  const good = await material({ seconds: 3 })
  const anything = fc.record({
    index: fc.nat(good.length - 1),
    kind: fc.constantFrom<Packet["kind"]>("video", "audio", "data"),
    at: fc.integer({ min: 0, max: 60_000 }),
    body: fc.uint8Array({ maxLength: 40 }),
    damage: fc.constantFrom("replace", "shorten", "move", "flip"),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { maxLength: 30 }), async (damages) => {
      const { made, segments, over } = packager({ draftsMax: 100 })
      const packets = [...good]
      for (const { index, kind, at, body, damage } of damages) {
        const packet = packets[index]
        if (!packet) continue
        if (damage === "replace") packets[index] = { kind, at, body, isConfig: false, isKey: false }
        if (damage === "shorten") packets[index] = { ...packet, body: packet.body.slice(0, at % 12) }
        if (damage === "move") packets[index] = { ...packet, at }
        if (damage === "flip")
          packets[index] = {
            ...packet,
            body: packet.body.map((byte, place) => byte ^ (place < 40 ? (body[place] ?? 0) : 0)),
          }
      }
      for (const packet of packets) made.packet(packet)
      made.interrupted()
      for (const packet of good) made.packet(packet)
      made.ended()
      await over
      // The second publisher, who did nothing wrong, is there in full.
      expect(segments.slice(-2).map(({ frames }) => frames.video)).toEqual([60, 30])
      expect(segments.every(({ seconds }) => seconds > 0 && seconds < 60)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test("a great many tiny frames do not grow without end", async () => {
  const { made, segments, over, logged } = packager()
  const packets = await material({ seconds: 3 })
  for (const packet of packets.slice(0, 10)) made.packet(packet)
  const tiny = new Uint8Array([0x27, 1, 0, 0, 0, 0])
  for (let count = 0; count < 50_000; count++) {
    made.packet({ kind: "video", at: 500, body: tiny, isConfig: false, isKey: false })
  }
  made.ended()
  await over
  expect(segments.map(({ frames }) => frames.video + frames.audio)).toEqual([defaultHlsLimits.segmentFramesMax + 1])
  expect(logged).toHaveLength(1)
})

test("a stream whose time jumps ahead is cut there, and waits for a key frame", async () => {
  const { made, segments, over } = packager()
  const packets = await material({ seconds: 5 })
  for (const packet of packets) made.packet(packet.at < 3_000 ? packet : { ...packet, at: packet.at + 3_600_000 })
  made.ended()
  await over

  expect(segments.map(({ seconds }) => Math.round(seconds))).toEqual([2, 1, 1])
  expect(segments.map(({ frames }) => frames.video)).toEqual([60, 30, 30])
  expect(segments.map(({ isDiscontinuous }) => isDiscontinuous)).toEqual([false, false, true])
})

test("a packager that is not given its turn leaves whole segments out, and says so in the playlist", async () => {
  const { made, segments, over, logged } = packager({ draftsMax: 2 })
  for (const packet of await material({ seconds: 13 })) made.packet(packet)
  await turn()
  const again = await material({ seconds: 3 })
  for (const packet of again) made.packet({ ...packet, at: packet.at + 13_000 })
  made.ended()
  await over

  expect(segments.length).toBeLessThan(7)
  expect(segments.filter(({ isDiscontinuous }) => isDiscontinuous)).toHaveLength(1)
  expect(logged.join()).toContain("too slowly")
})

test("Eve's broken stream does not disturb Ana's", async () => {
  await using stage = new Stage()
  const packets = await material({ seconds: 5 })
  stage.stream(Eve)
  stage.stream(Ana)
  stage.hls.keep(Eve, {
    segment: () => {
      throw new Error("no room for it")
    },
    ended: () => {},
  })
  stage.keep(Ana)
  await stage.publish(packets, Eve)
  await stage.publish(packets, Ana)

  for (const room of [Ana, Eve]) {
    const validator = stage.validator(room)
    await validator.poll()
    expect(validator.problems).toEqual([])
    expect(validator.segments).toHaveLength(2)
  }
  expect(stage.errors).toEqual([])
  expect(stage.logged.join()).toContain("could not be handed on")
})
