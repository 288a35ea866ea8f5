import { expect, test } from "bun:test"
import { readRange } from "../../src/storage/range.ts"

test.each([
  ["bytes=0-0", 10, { start: 0, end: 1 }],
  ["bytes=5-100", 10, { start: 5, end: 10 }],
  ["bytes=-100", 10, { start: 0, end: 10 }],
  ["bytes=-0", 10, "none"],
  ["bytes=10-", 10, "none"],
  ["bytes=3-2", 10, undefined],
  ["bytes=-", 10, undefined],
  ["bytes=a-b", 10, undefined],
  ["items=0-1", 10, undefined],
  ["bytes=0-", 0, "none"],
  [null, 10, undefined],
] as const)("%p of %d bytes is %p", (header, size, range) => {
  expect(readRange(header, size)).toEqual(range)
})
