import type { Packet } from "../packet.ts"
import { type Message, mediaStream, messageType } from "./message.ts"

/** The size of every chunk this server sends, in bytes: a peer is told before the first message that is longer than 128. */
export const sentChunkSize = 60_000

/** Chunk streams to send on, one a purpose; 2 is the protocol's own. */
const chunkStream = { control: 2, command: 3, audio: 4, data: 5, video: 6 } as const

const headerSize = 12
const extendedSize = 4
const noTimestamp = 0xffffff

/** `@setDataFrame` as an AMF0 string: a publisher's word to the server, of no use to a player. */
const setDataFrame = Buffer.from("\x02\x00\x0d@setDataFrame", "latin1")

/**
 * One packet as a player receives it: a header of type 0, so that the bytes do not depend on what was sent before, and the
 * same ones go to every player.
 */
export function encodeChunks({ kind, at, body }: Packet): Uint8Array {
  return encodeMessage({
    type: messageType[kind],
    timestamp: at,
    streamId: mediaStream,
    body: kind === "data" ? playerData(body) : body,
  })
}

/** A message with a header of type 0 in chunks of `sentChunkSize`. @param message its timestamp is taken modulo 2^32 */
export function encodeMessage(message: Message): Uint8Array {
  const { type, streamId, body } = message
  const timestamp = message.timestamp >>> 0
  const isExtended = timestamp >= noTimestamp
  const id = chunkStreamOf(type)
  const continued = Math.max(0, Math.ceil(body.length / sentChunkSize) - 1)
  const extended = isExtended ? extendedSize : 0
  const chunks = Buffer.allocUnsafeSlow(headerSize + extended + continued * (1 + extended) + body.length)

  chunks.writeUInt8(id, 0)
  chunks.writeUIntBE(isExtended ? noTimestamp : timestamp, 1, 3)
  chunks.writeUIntBE(body.length, 4, 3)
  chunks.writeUInt8(type, 7)
  chunks.writeUInt32LE(streamId, 8)
  let end = headerSize
  if (isExtended) end = chunks.writeUInt32BE(timestamp, end)
  for (let from = 0; from < body.length; from += sentChunkSize) {
    if (from > 0) {
      end = chunks.writeUInt8(0xc0 | id, end)
      if (isExtended) end = chunks.writeUInt32BE(timestamp, end)
    }
    const payload = body.subarray(from, from + sentChunkSize)
    chunks.set(payload, end)
    end += payload.length
  }
  return chunks
}

/** A data message's body without `@setDataFrame`, as FLV tags and players have it. */
export function playerData(body: Uint8Array): Uint8Array {
  const isSet = setDataFrame.equals(body.subarray(0, setDataFrame.length))
  return isSet ? body.subarray(setDataFrame.length) : body
}

function chunkStreamOf(type: number): number {
  switch (type) {
    case messageType.audio:
      return chunkStream.audio
    case messageType.video:
      return chunkStream.video
    case messageType.data:
      return chunkStream.data
    case messageType.command:
      return chunkStream.command
    default:
      return chunkStream.control
  }
}
