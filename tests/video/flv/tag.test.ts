import { expect, test } from "bun:test"
import fc from "fast-check"
import { flvHeader, flvTag } from "../../../src/video/flv/tag.ts"
import { tagsIn } from "./tags.ts"

const anyTag = fc.record({
  kind: fc.constantFrom("video" as const, "audio" as const, "data" as const),
  timestamp: fc.oneof(fc.nat({ max: 2 ** 32 - 1 }), fc.constantFrom(0xffffff, 0x1000000)),
  body: fc.uint8Array({ maxLength: 300 }),
})
type Tag = typeof anyTag extends fc.Arbitrary<infer T> ? T : never
const written = (tags: Tag[]) =>
  Buffer.concat(
    tags.map(({ kind, timestamp, body }) => flvTag({ kind, at: timestamp, body, isConfig: false, isKey: false })),
  )

test("tags come back as they were written", () => {
  fc.assert(
    fc.property(fc.array(anyTag, { maxLength: 5 }), (tags) => {
      expect(tagsIn(written(tags))).toEqual(tags)
    }),
  )
})

test("a tag is written as the specification has it", () => {
  const tag = flvTag({ kind: "video", at: 0x01020304, body: Uint8Array.of(7, 8), isConfig: false, isKey: false })
  expect(Buffer.from(tag).toString("hex")).toBe("09" + "000002" + "020304" + "01" + "000000" + "0708" + "0000000d")
  const header = flvHeader({ video: true, audio: false })
  expect(Buffer.from(header).toString("hex")).toBe("464c5601" + "01" + "00000009" + "00000000")
})

test("a stream that has run for 50 days goes on at 0", () => {
  const tag = flvTag({ kind: "audio", at: 2 ** 32 + 7, body: Uint8Array.of(1), isConfig: false, isKey: false })
  expect(tagsIn(tag)?.[0]?.timestamp).toBe(7)
})

test("what is not whole tags is none", () => {
  fc.assert(
    fc.property(
      fc.array(anyTag, { minLength: 1, maxLength: 3 }),
      fc.nat(2_000),
      fc.integer({ min: 1, max: 255 }),
      (tags, at, by) => {
        const bytes = written(tags)
        const cut = at % bytes.length
        const ends = tags.map((_, n) => written(tags.slice(0, n)).length)
        if (!ends.includes(cut)) expect(tagsIn(bytes.subarray(0, cut))).toBeUndefined()
        const damaged = Buffer.from(bytes)
        damaged[cut] = (damaged[cut] ?? 0) ^ by
        tagsIn(damaged)
      },
    ),
  )
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (garbage) => void tagsIn(garbage)))
})
