import { heapStats } from "bun:jsc"
import { expect, test } from "bun:test"
import type { Packet } from "../../../src/video/packet.ts"
import { writeAmf } from "../../../src/video/rtmp/amf0.ts"
import { encodeChunks, encodeMessage } from "../../../src/video/rtmp/chunk_writer.ts"
import { defaultLimits } from "../../../src/video/rtmp/limits.ts"
import { mediaStream, messageType } from "../../../src/video/rtmp/message.ts"
import { type Connection, type House, Session } from "../../../src/video/rtmp/session.ts"
import { Dice, mutated } from "../mutation.ts"
import { written } from "./chunks.ts"

/** How many inputs; a long run is `FUZZ=1000000`. */
const rounds = Number(process.env["FUZZ"] ?? 20_000)

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
      const bytes = mutated(dice, seeds)
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
