import { expect, test } from "bun:test"
import fc from "fast-check"
import type { Packet } from "../../../src/video/packet.ts"
import { writeAmf } from "../../../src/video/rtmp/amf0.ts"
import { ChunkReader } from "../../../src/video/rtmp/chunk_reader.ts"
import { encodeChunks, sentChunkSize } from "../../../src/video/rtmp/chunk_writer.ts"
import { setChunkSize } from "../../../src/video/rtmp/control.ts"
import { messageType } from "../../../src/video/rtmp/message.ts"

const packet = (kind: Packet["kind"], at: number, body: Uint8Array): Packet => ({
  kind,
  at,
  body,
  isConfig: false,
  isKey: false,
})

function read(...pieces: Uint8Array[]) {
  const reader = new ChunkReader(1_024 * 1_024)
  reader.push(Buffer.concat([setChunkSize(sentChunkSize), ...pieces]))
  const messages = []
  for (let message = reader.next(); message; message = reader.next()) messages.push(message)
  return messages
}

test("a packet's bytes do not depend on what was sent before, and are read as the packet", () => {
  const anySize = fc.constantFrom(0, 1, 59_999, 60_000, 60_001, 120_000, 200_000)
  const anyTime = fc.oneof(fc.nat({ max: 2 ** 32 - 1 }), fc.constantFrom(0xfffffe, 0xffffff, 2 ** 32 - 1))
  const anyPacket = fc
    .tuple(fc.constantFrom<Packet["kind"]>("audio", "video"), anyTime, anySize, fc.nat(255))
    .map(([kind, at, size, fill]) => packet(kind, at, Buffer.alloc(size, fill)))
  fc.assert(
    fc.property(fc.array(anyPacket, { maxLength: 5 }), (packets) => {
      expect(read(...packets.map(encodeChunks))).toEqual(
        packets.map(({ kind, at, body }) => ({
          type: messageType[kind],
          timestamp: at,
          streamId: 1,
          body: Buffer.from(body),
        })),
      )
    }),
  )
})

test("a packet is written as the specification has it", () => {
  const head = Buffer.from(encodeChunks(packet("video", 0x010203, Buffer.alloc(60_001, 5)))).toString("hex", 0, 12)
  expect(head).toBe("06" + "010203" + "00ea61" + "09" + "01000000")
  const late = Buffer.from(encodeChunks(packet("audio", 0x01ffffff, Buffer.alloc(60_001, 5))))
  expect(late.toString("hex", 0, 16)).toBe("04" + "ffffff" + "00ea61" + "08" + "01000000" + "01ffffff")
  expect(late.toString("hex", 60_016)).toBe("c4" + "01ffffff" + "05")
})

test("a stream that has run for 50 days goes on at 0", () => {
  expect(read(encodeChunks(packet("audio", 2 ** 32 + 7, Buffer.of(1))))[0]?.timestamp).toBe(7)
})

test("metadata reaches players without the publisher's @setDataFrame", () => {
  const metadata = writeAmf("onMetaData", { width: 320 })
  const [set, plain] = [writeAmf("@setDataFrame", "onMetaData", { width: 320 }), metadata].map((body) =>
    encodeChunks(packet("data", 0, body)),
  )
  expect(set).toEqual(plain)
  expect(read(set ?? metadata)[0]).toMatchObject({ type: messageType.data, body: metadata })
})
