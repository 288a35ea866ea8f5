import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { type AmfValue, readAmf, writeAmf } from "../../../src/video/rtmp/amf0.ts"
import { ProtocolError } from "../../../src/video/rtmp/protocol_error.ts"

const anyText = fc.string({ unit: "grapheme" })
const { value: anyValue } = fc.letrec<{ value: AmfValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.double(),
    fc.boolean(),
    anyText,
    fc.constantFrom(null, undefined, "x".repeat(70_000)),
    fc.date({ noInvalidDate: true }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(anyText, fc.constantFrom("__proto__", "constructor", "")), tie("value"), { maxKeys: 4 }),
  ),
}))

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex")
const nested = (depth: number) => Buffer.concat([Buffer.alloc(5 * depth, hex("0a 00000001")), hex("05")])

describe("AMF0", () => {
  test("comes back as it was written", () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 4 }), (values) => {
        expect(readAmf(writeAmf(...values))).toEqual(values)
      }),
      { numRuns: 1_000 },
    )
  })

  test("reads a call as a client sends it", () => {
    const call =
      "02 0007 636f6e6e656374 00 3ff0000000000000 03 0003 617070 02 0004 6c697665 0001 61 00 40ac8e0000000000 000009"
    expect(readAmf(hex(call))).toEqual(["connect", 1, { app: "live", a: 3655 }])
  })

  test("reads what it does not write", () => {
    const ecmaArray = hex("08 0000ffff 0001 61 01 01 0000 09")
    const typedObject = hex("10 0003 666f6f 0001 61 05 0000 09")
    const longText = hex("0c 00000002 6869")
    const xml = hex("0f 00000002 6869")
    const unsupported = hex("0d")
    expect(readAmf(Buffer.concat([ecmaArray, typedObject, longText, xml, unsupported]))).toEqual([
      { a: true },
      { a: null },
      "hi",
      "hi",
      undefined,
    ])
  })

  test("takes no property for an object's prototype", () => {
    const [object] = readAmf(writeAmf(JSON.parse('{"__proto__":{"app":"live"}}')))
    expect((object as { app?: unknown }).app).toBeUndefined()
  })

  test.each([
    ["a number cut short", hex("00 3ff000")],
    ["a text cut short", hex("02 0004 6c69")],
    ["a text longer than everything", hex("0c ffffffff 6c69")],
    ["an object without an end", hex("03 0003 617070 05")],
    ["a list that promises too much", hex("0a ffffffff 05 05")],
    ["a reference", hex("07 0000")],
    ["AMF3", hex("11 0a0b01")],
    ["an unknown type", hex("2a")],
    ["values nested too deep", nested(17)],
    ["more values than anybody sends", Buffer.alloc(1_025, 5)],
  ])("refuses %s", (_, bytes) => {
    expect(() => readAmf(bytes)).toThrow(ProtocolError)
  })

  test("reads what is nested less deep, and nothing at all", () => {
    expect(readAmf(nested(16))).toHaveLength(1)
    expect(readAmf(new Uint8Array())).toEqual([])
  })

  test("refuses noise, or reads it, and does nothing else", () => {
    const anyMarker = fc.constantFrom(0, 1, 2, 3, 5, 8, 9, 10, 11, 12, 15, 16)
    const anyByte = fc.oneof(anyMarker, fc.constant(0), fc.nat(255))
    fc.assert(
      fc.property(fc.array(anyByte, { maxLength: 200 }), (bytes) => {
        try {
          readAmf(Uint8Array.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }),
      { numRuns: 5_000 },
    )
  })
})
