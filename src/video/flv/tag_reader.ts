import type { Packet } from "../packet.ts"
import { headerSize, tagTypes, trailerSize } from "./tag.ts"

/** A larger buffer is given back once its tag was read, in bytes. */
const bufferKept = 64 * 1024

/** A tag as a publisher sent it. */
export interface FlvTag {
  kind: Packet["kind"]
  /** In milliseconds modulo 2^32. */
  timestamp: number
  /** A copy. */
  body: Uint8Array
}

/** What a publisher sends is no FLV, or more than it may be; it is cut for that. */
export class FlvError extends Error {}

/** Takes a stream of tags, each with its back pointer, that comes in pieces which end anywhere. */
export class FlvTagReader {
  /** What has come of a tag that is not whole yet: the first `length` bytes of it. */
  private buffer = Buffer.alloc(0)
  private length = 0

  /** @param bodyMost bytes of a tag's body, and what is kept waiting at most, but for a header and a piece */
  constructor(private readonly bodyMost: number) {}

  /** How many bytes wait for the rest of their tag. */
  get waiting(): number {
    return this.length
  }

  /** @returns the tags that these bytes complete @throws {FlvError} and is of no use any more then */
  take(bytes: Uint8Array): FlvTag[] {
    this.append(bytes)
    const tags: FlvTag[] = []
    let start = 0
    for (let end = this.endOf(start); end <= this.length; end = this.endOf(start)) {
      tags.push(this.tagIn(start, end))
      start = end
    }
    this.forget(start)
    return tags
  }

  /** Where the tag that begins at `start` ends with its back pointer; beyond all bytes while that is not known. */
  private endOf(start: number): number {
    const { buffer, length, bodyMost } = this
    if (start < length && !kindOf(buffer.readUInt8(start))) throw new FlvError("not FLV tags")
    if (start + headerSize > length) return Number.POSITIVE_INFINITY
    const size = buffer.readUIntBE(start + 1, 3)
    if (size > bodyMost) throw new FlvError(`a tag of more than ${bodyMost} bytes`)
    return start + headerSize + size + trailerSize
  }

  private tagIn(start: number, end: number): FlvTag {
    const { buffer } = this
    const kind = kindOf(buffer.readUInt8(start))
    const trailer = end - trailerSize
    if (!kind || buffer.readUInt32BE(trailer) !== trailer - start) throw new FlvError("not FLV tags")
    const timestamp = buffer.readUIntBE(start + 4, 3) + buffer.readUInt8(start + 7) * 2 ** 24
    return { kind, timestamp, body: new Uint8Array(buffer.subarray(start + headerSize, trailer)) }
  }

  private append(bytes: Uint8Array) {
    const length = this.length + bytes.length
    if (length > this.buffer.length) {
      // Twice as much each time, so that a large tag in small pieces is not copied for each.
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.buffer.length))
      this.buffer.copy(larger, 0, 0, this.length)
      this.buffer = larger
    }
    this.buffer.set(bytes, this.length)
    this.length = length
  }

  /** Lets go of the first bytes, and of a buffer that one large tag took. */
  private forget(count: number) {
    if (count === 0) return
    const rest = this.buffer.subarray(count, this.length)
    if (this.buffer.length > bufferKept) this.buffer = Buffer.from(rest)
    else this.buffer.copyWithin(0, count, this.length)
    this.length = rest.length
  }
}

function kindOf(type: number): Packet["kind"] | undefined {
  if (type === tagTypes.audio) return "audio"
  if (type === tagTypes.video) return "video"
  return type === tagTypes.data ? "data" : undefined
}
