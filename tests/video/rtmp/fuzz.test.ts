import { heapStats } from "bun:jsc"
import { expect, test } from "bun:test"
import type { Packet } from "../../../src/video/packet.ts"
import { writeAmf } from "../../../src/video/rtmp/amf0.ts"
import { encodeChunks, encodeMessage } from "../../../src/video/rtmp/chunk_writer.ts"
import { defaultLimits } from "../../../src/video/rtmp/limits.ts"
import { mediaStream, messageType } from "../../../src/video/rtmp/message.ts"
import { type Connection, type House, Session } from "../../../src/video/rtmp/session.ts"
import { written } from "./chunks.ts"

/** How many inputs; a long run is `FUZZ=1000000`. */
const rounds = Number(process.env["FUZZ"] ?? 20_000)

/** A small generator of numbers, so that a failure can be had again. */
class Dice {
  constructor(private state: number) {}

  /** From 0 to `sides` - 1. */
  roll(sides: number): number {
    this.state ^= this.state << 13
    this.state ^= this.state >>> 17
    this.state ^= this.state << 5
    return (this.state >>> 0) % sides
  }
}

const handshake = Buffer.concat([Buffer.of(3), Buffer.alloc(2 * 1_536)])
const say = (type: number, body: Uint8Array) => encodeMessage({ type, timestamp: 0, streamId: mediaStream, body })
const call = (...values: Parameters<typeof writeAmf>) => say(messageType.command, writeAmf(...values))
const packet = (kind: Packet["kind"], size: number) =>
  encodeChunks({ kind, at: 0xffffff, body: Buffer.alloc(size, 9), isConfig: false, isKey: false })
const connect = call("connect", 1, { app: "live", tcUrl: "rtmp://host/live", fourCcList: ["hvc1"] })
const tag = Buffer.concat([Buffer.of(9, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 7, 7), Buffer.alloc(4)])

/** What decent clients say. */
const seeds = [
  [connect, call("createStream", 2, null), call("publish", 3, null, "eve?key=good", "live"), packet("video", 150)],
  [
    connect,
    call("publish", 2, null, "eve", "live"),
    packet("data", 20),
    packet("audio", 300),
    call("deleteStream", 3, null, 1),
  ],
  [connect, call("publish", 2, null, "eve", "live"), say(messageType.aggregate, Buffer.concat([tag, tag]))],
  [
    connect,
    call("play", 2, null, "eve", -2),
    say(messageType.userControl, Buffer.of(0, 6, 0, 0, 0, 1)),
    call("pause", 3, null, true),
  ],
  [
    connect,
    say(messageType.setChunkSize, Buffer.of(0, 0, 0, 50)),
    say(messageType.abort, Buffer.of(0, 0, 0, 4)),
    call("publish", 2, null, "eve"),
    written(
      [0, 1, 2, 3].map((format) => ({
        chunkStream: 4 + 60 * (format % 2),
        format,
        message: {
          type: messageType.video,
          timestamp: 0xffffff + 40 * format,
          streamId: 1,
          body: Buffer.alloc(120, 3),
        },
      })),
      50,
      [0, 1, 1],
    ).bytes,
  ],
].map((parts) => Buffer.concat(parts))

/** Bytes that mean something somewhere: lengths, markers, types. */
const telling = [0, 1, 2, 3, 8, 9, 10, 15, 16, 17, 18, 20, 22, 63, 64, 127, 128, 192, 254, 255]

function mutated(dice: Dice): Buffer {
  let bytes = Buffer.from(seeds[dice.roll(seeds.length)] ?? [])
  for (let changes = 1 + dice.roll(4); changes > 0; changes--) {
    const at = dice.roll(bytes.length + 1)
    const size = dice.roll(40)
    const other = seeds[dice.roll(seeds.length)] ?? bytes
    const from = dice.roll(other.length)
    switch (dice.roll(6)) {
      case 0:
        bytes[at] = dice.roll(256)
        break
      case 1:
        bytes[at] = telling[dice.roll(telling.length)] ?? 0
        break
      case 2:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.roll(8))
        break
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + size)])
        break
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + size), bytes.subarray(at)])
        break
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(from)])
    }
  }
  return bytes
}

test(
  `${rounds} broken inputs each cost their own connection, and nothing else`,
  async () => {
    const failures: unknown[] = []
    const seen = { taken: 0, publishers: 0, viewers: 0, gone: 0, cut: 0 }
    const saw = (what: keyof typeof seen) => () => {
      seen[what] += 1
    }
    const house: House = {
      limits: defaultLimits,
      now: () => 0,
      log: { debug() {}, info() {}, warn() {}, error: (_, fields) => failures.push(fields?.["error"]) },
      studio: {
        async publish() {
          saw("publishers")()
          return { take: saw("taken"), ended: saw("gone") }
        },
        async watch() {
          saw("viewers")()
          return saw("gone")
        },
      },
    }
    const connection: Connection = {
      write: (bytes) => bytes.length,
      shutdown() {},
      pause() {},
      resume() {},
      terminate: saw("cut"),
    }
    let heap = 0
    const dice = new Dice(0x5eed)
    for (let round = 0; round < rounds; round++) {
      if (round === Math.floor(rounds / 4)) {
        Bun.gc(true)
        heap = heapStats().heapSize + heapStats().extraMemorySize
      }
      const session = new Session(connection, "10.0.0.1", house)
      session.receive(handshake)
      const bytes = mutated(dice)
      const cut = dice.roll(bytes.length + 1)
      session.receive(bytes.subarray(0, cut))
      for (let turns = 0; turns < 4; turns++) await undefined
      session.receive(bytes.subarray(cut))
      for (let turns = 0; turns < 4; turns++) await undefined
      session.gone()
    }
    for (let turns = 0; turns < 4; turns++) await undefined
    Bun.gc(true)
    expect(failures).toEqual([])
    expect(seen.gone).toBe(seen.publishers + seen.viewers)
    // The inputs get far enough to matter, and bad enough.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(rounds / 40)
    expect(heapStats().heapSize + heapStats().extraMemorySize - heap).toBeLessThan(8 * 1_024 * 1_024)
  },
  60_000 + rounds,
)
