import type { Message } from "./message.ts"
import { ProtocolError } from "./protocol_error.ts"

const headerSize = 11
const backPointerSize = 4

/**
 * The messages in an aggregate message's body. They are FLV tags, whose clock may be another than the message's: the first
 * one has the message's timestamp.
 *
 * @throws {ProtocolError} when a tag is cut short
 */
export function* messagesIn({ body, timestamp, streamId }: Message): Generator<Message> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  let first: number | undefined
  for (let at = 0; at < bytes.length; ) {
    const start = at + headerSize
    if (start > bytes.length) throw new ProtocolError("an aggregate message is cut short")
    const end = start + bytes.readUIntBE(at + 1, 3)
    if (end > bytes.length) throw new ProtocolError("an aggregate message is cut short")
    const time = bytes.readUIntBE(at + 4, 3) + bytes.readUInt8(at + 7) * 2 ** 24
    first ??= time
    yield {
      type: bytes.readUInt8(at) & 31,
      timestamp: (timestamp + time - first) >>> 0,
      streamId,
      // A copy: a small piece that is kept would keep the whole.
      body: new Uint8Array(bytes.subarray(start, end)),
    }
    at = end + backPointerSize
  }
}
