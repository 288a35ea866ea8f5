import { heapStats } from "bun:jsc"
import { describe, expect, test } from "bun:test"
import fc from "fast-check"
import { ChunkReader } from "../../../src/video/rtmp/chunk_reader.ts"
import { type Message, messageType } from "../../../src/video/rtmp/message.ts"
import { ProtocolError } from "../../../src/video/rtmp/protocol_error.ts"
import { type Plan, written } from "./chunks.ts"

const most = 64 * 1_024

function read(pieces: Uint8Array[], reader = new ChunkReader(most)): Message[] {
  const messages: Message[] = []
  for (const piece of pieces) {
    reader.push(piece)
    for (let message = reader.next(); message; message = reader.next()) messages.push(message)
  }
  return messages
}

const video = (body: Uint8Array, timestamp = 0): Message => ({ type: messageType.video, timestamp, streamId: 1, body })
const plan = (message: Message, chunkStream = 6, format = 0): Plan => ({ message, chunkStream, format })
const control = (type: number, value: number): Message => {
  const body = Buffer.alloc(4)
  body.writeUInt32BE(value)
  return { type, timestamp: 0, streamId: 0, body }
}
const one = (message: Message, chunkSize = 128) => written([plan(message, 2)], chunkSize, []).bytes

const anyPlan: fc.Arbitrary<Plan> = fc.record({
  chunkStream: fc.constantFrom(3, 4, 6, 63, 64, 319, 320, 65_599),
  format: fc.nat(3),
  message: fc.record({
    type: fc.constantFrom(messageType.audio, messageType.video, messageType.data, messageType.command),
    timestamp: fc.oneof(
      fc.constantFrom(0, 1, 40, 0xfffffe, 0xffffff, 0x1000000, 2 ** 32 - 1),
      fc.nat({ max: 2 ** 32 - 1 }),
      fc.nat(1_000),
    ),
    streamId: fc.constantFrom(0, 1, 2 ** 32 - 1),
    body: fc.uint8Array({ maxLength: 700 }),
  }),
})

const last = { type: messageType.audio, timestamp: 1, streamId: 1, body: Buffer.of(1, 2, 3, 4) }
const monotonous = ({ message, ...how }: Plan): Plan => ({
  ...how,
  message: { ...message, body: message.body.map(() => 42) },
})

describe("the chunk reader", () => {
  test("reads whatever an encoder may write, however it is cut into pieces", () => {
    fc.assert(
      fc.property(
        fc.array(anyPlan, { maxLength: 12 }),
        fc.integer({ min: 1, max: 800 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.boolean(),
        fc.array(fc.nat(400), { maxLength: 20 }),
        (drawn, chunkSize, turns, repeats, cuts) => {
          // Where the timestamp is not repeated, a body that looks like it would be taken for it.
          const plans = repeats ? drawn : drawn.map(monotonous)
          const { bytes, complete } = written(plans, chunkSize, turns, repeats)
          // A reader may wait for the next header to see whether the timestamp was repeated.
          const whole = Buffer.concat([bytes, written([plan(last, 5)], chunkSize, []).bytes])
          const pieces = [one(control(messageType.setChunkSize, chunkSize))]
          let at = 0
          for (const cut of [...cuts, whole.length]) {
            pieces.push(whole.subarray(at, at + cut))
            at += cut
          }
          expect(read(pieces)).toEqual(
            [...complete, last].map((message) => ({ ...message, body: Buffer.from(message.body) })),
          )
        },
      ),
      { numRuns: 500 },
    )
  })

  test("gives the same messages when cut at any byte", () => {
    const plans = [
      plan(video(Buffer.alloc(300, 1), 0xffffff), 6),
      plan(video(Buffer.alloc(300, 2), 0xffffff + 40), 6, 3),
      plan({ type: messageType.audio, timestamp: 5, streamId: 1, body: Buffer.alloc(200, 3) }, 70),
      plan({ type: messageType.audio, timestamp: 28, streamId: 1, body: Buffer.alloc(200, 4) }, 70, 3),
      plan({ type: messageType.audio, timestamp: 51, streamId: 1, body: Buffer.alloc(200, 5) }, 70, 3),
    ]
    const { bytes, complete } = written(plans, 128, [0, 1, 1])
    const whole = read([bytes])
    expect(whole).toHaveLength(complete.length)
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole)
    }
    expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole)
  })

  test("drops the message that is aborted, and the one that another begins in", () => {
    const half = (chunkStream: number) =>
      written([plan(video(Buffer.alloc(200, 1)), chunkStream)], 128, []).bytes.subarray(0, 140)
    const next = written([plan(video(Buffer.alloc(50, 2), 7), 6)], 128, []).bytes
    const aborted = read([half(6), one(control(messageType.abort, 6)), next])
    const begunAnew = read([half(6), next])
    const ofAnother = read([half(7), one(control(messageType.abort, 9)), next])
    for (const messages of [aborted, begunAnew, ofAnother]) {
      expect(messages).toEqual([video(Buffer.alloc(50, 2), 7)])
    }
  })

  test.each<[string, Uint8Array[]]>([
    ["a message longer than agreed", [one(video(Buffer.alloc(most + 1)))]],
    ["a chunk size of 0", [one(control(messageType.setChunkSize, 0))]],
    ["a chunk size over 31 bits", [one(control(messageType.setChunkSize, 2 ** 31))]],
    ["a chunk size cut short", [one({ ...control(messageType.setChunkSize, 1), body: Buffer.alloc(3) })]],
    ["a header that rests on none before", [Buffer.of(0xc6, 1, 2, 3)]],
    ["a length that rests on none before", [Buffer.of(0x86, 1, 2, 3)]],
    [
      "more chunk streams than a client has use for",
      Array.from({ length: 65 }, (_, n) => written([plan(video(Buffer.of(1)), 3 + n)], 128, []).bytes),
    ],
    [
      "unfinished messages without end",
      [
        one(control(messageType.setChunkSize, most / 2)),
        ...Array.from({ length: 5 }, (_, n) =>
          written([plan(video(Buffer.alloc(most)), 3 + n)], most / 2, []).bytes.subarray(0, 12 + most / 2),
        ),
      ],
    ],
  ])("refuses %s", (_, pieces) => {
    expect(() => read(pieces)).toThrow(ProtocolError)
  })

  test("takes a longest message, and a chunk size beyond every message", () => {
    const body = Buffer.alloc(most, 9)
    const bytes = written([plan(video(body))], most, []).bytes
    expect(read([one(control(messageType.setChunkSize, 0x7fffffff)), bytes])).toEqual([video(body)])
  })

  test("keeps no memory for what is announced and not sent", () => {
    const sent = written([plan(video(Buffer.alloc(4_000_000)))], 128, []).bytes.subarray(0, 200)
    Bun.gc(true)
    const before = heapStats().extraMemorySize
    const readers = Array.from({ length: 200 }, () => new ChunkReader(4 * 1_024 * 1_024))
    for (const reader of readers) read([sent], reader)
    expect(heapStats().extraMemorySize - before).toBeLessThan(200 * 20 * 1_024)
    expect(readers).toHaveLength(200)
  })

  test("refuses what is sent ahead without end while nothing is read", () => {
    const reader = new ChunkReader(most)
    const send = () => {
      for (let n = 0; n < 5; n++) reader.push(Buffer.alloc(512 * 1_024))
    }
    expect(send).toThrow(ProtocolError)
  })
})
