import { expect, test } from "bun:test"
import fc from "fast-check"
import { BitReader, OutOfBits } from "../../../src/video/codec/bits.ts"
import { BitWriter } from "./bit_writer.ts"

test("numbers come back as they were written, of every width and code", () => {
  const anyNumber = fc.oneof(
    fc
      .integer({ min: 1, max: 32 })
      .chain((count) => fc.nat({ max: 2 ** count - 1 }).map((value) => ({ code: "fixed" as const, count, value }))),
    fc.nat({ max: 2 ** 32 - 2 }).map((value) => ({ code: "unsigned" as const, count: 0, value })),
    fc.integer({ min: -(2 ** 30), max: 2 ** 30 }).map((value) => ({ code: "signed" as const, count: 0, value })),
  )
  fc.assert(
    fc.property(fc.array(anyNumber), (numbers) => {
      const writer = new BitWriter()
      for (const { code, count, value } of numbers) {
        if (code === "fixed") writer.put(value, count)
        else writer[code](value)
      }
      const reader = new BitReader(writer.bytes())
      for (const { code, count, value } of numbers) {
        expect(code === "fixed" ? reader.bits(count) : reader[code]()).toBe(value)
      }
      expect(reader.left).toBeLessThan(8)
    }),
  )
})

test("nothing is read past the end", () => {
  const reader = new BitReader(Uint8Array.of(0, 0, 0, 0, 0))
  expect(() => reader.bits(41)).toThrow(OutOfBits)
  expect(() => reader.skip(41)).toThrow(OutOfBits)
  expect(reader.left).toBe(40)
  expect(() => reader.unsigned()).toThrow(OutOfBits)
})
