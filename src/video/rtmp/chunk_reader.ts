import { type Message, messageType } from "./message.ts"
import { ProtocolError } from "./protocol_error.ts"

/** What a chunk stream's last header said, and the message it is in the middle of. */
interface ChunkStream {
  type: number
  length: number
  streamId: number
  timestamp: number
  /** What the last header added to the timestamp, or set it to: a header of type 3 adds it once more. */
  step: number
  /** Headers of this chunk stream carry the extended timestamp. */
  isExtended: boolean
  isPartial: boolean
  /** Grows as bytes arrive: a length that is announced and never sent costs nothing. */
  body: Buffer
  filled: number
}

const nothing = Buffer.alloc(0)
const chunkStreamsMost = 64
/** A chunk cannot be longer than a message. */
const chunkSizeMost = 0xffffff
/** What may wait to be read while a decision is pending; one turn of the loop brings up to 512 KiB. */
const unreadMost = 2 * 1_024 * 1_024
const bodyLeast = 16 * 1_024
const headerSizes = [11, 7, 3, 0]

/**
 * Puts messages together from chunks (RTMP 1.0, section 5.3). It minds Set Chunk Size and Abort itself; every other message
 * is handed out, with a body of its own.
 */
export class ChunkReader {
  private chunkSize = 128
  private input: Buffer = nothing
  private at = 0
  private readonly streams = new Map<number, ChunkStream>()
  /** What partial messages hold in memory. */
  private partialBytes = 0
  /** The chunk under way, and how much of it is missing. */
  private current: ChunkStream | undefined
  private missing = 0

  /** @param messageMost bytes that one message may have; all partial ones together may hold twice as many */
  constructor(public messageMost: number) {}

  /** Takes bytes as they came, without a copy: nobody may change them afterwards. */
  push(bytes: Uint8Array): void {
    const unread = this.input.length - this.at
    if (unread + bytes.length > unreadMost) throw new ProtocolError("too much was sent ahead")
    const came = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.input = unread === 0 ? came : Buffer.concat([this.input.subarray(this.at), came])
    this.at = 0
  }

  /**
   * @returns the next complete message, or undefined until more is pushed
   * @throws {ProtocolError} and is of no use afterwards
   */
  next(): Message | undefined {
    for (;;) {
      if (!this.current && !this.readHeader()) break
      const message = this.readPayload()
      if (message && !this.obey(message)) return message
      if (!message && this.current) break
    }
    if (this.at === this.input.length) {
      this.input = nothing
      this.at = 0
    }
    return undefined
  }

  /** @returns false when the header is not all there; nothing is read then */
  private readHeader(): boolean {
    const { input } = this
    const left = input.length - this.at
    if (left < 1) return false
    const first = input.readUInt8(this.at)
    const format = first >> 6
    let id = first & 63
    const basic = id === 0 ? 2 : id === 1 ? 3 : 1
    const header = basic + (headerSizes[format] ?? 0)
    if (left < header) return false
    if (basic > 1) id = 64 + input.readUIntLE(this.at + 1, basic - 1)

    const stream = this.streams.get(id) ?? this.open(id, format)
    const fields = this.at + basic
    const isContinued = format === 3 && stream.isPartial
    const field = format < 3 ? input.readUIntBE(fields, 3) : undefined
    const isExtended = field === undefined ? stream.isExtended : field === 0xffffff
    if (isExtended && left < header + 4) return false
    const extended = isExtended ? input.readUInt32BE(this.at + header) : undefined
    this.at += header

    if (isContinued) {
      // Most encoders repeat the extended timestamp in every chunk of a message, some do not.
      if (extended === stream.step) this.at += 4
    } else {
      if (isExtended) this.at += 4
      if (format < 2) {
        stream.length = input.readUIntBE(fields + 3, 3)
        stream.type = input.readUInt8(fields + 6)
      }
      if (format === 0) stream.streamId = input.readUInt32LE(fields + 7)
      stream.isExtended = isExtended
      stream.step = extended ?? field ?? stream.step
      stream.timestamp = format === 0 ? stream.step : (stream.timestamp + stream.step) % 2 ** 32
      this.begin(stream)
    }
    this.current = stream
    this.missing = Math.min(this.chunkSize, stream.length - stream.filled)
    return true
  }

  private open(id: number, format: number): ChunkStream {
    if (format > 1) throw new ProtocolError(`chunk stream ${id} begins without a header`)
    if (this.streams.size >= chunkStreamsMost) throw new ProtocolError("too many chunk streams")
    const stream: ChunkStream = {
      type: 0,
      length: 0,
      streamId: 0,
      timestamp: 0,
      step: 0,
      isExtended: false,
      isPartial: false,
      body: nothing,
      filled: 0,
    }
    this.streams.set(id, stream)
    return stream
  }

  /** Begins a message; one that was not finished is dropped. */
  private begin(stream: ChunkStream) {
    if (stream.length > this.messageMost) throw new ProtocolError(`a message of ${stream.length} bytes is too long`)
    this.drop(stream)
    stream.isPartial = true
  }

  private drop(stream: ChunkStream) {
    this.partialBytes -= stream.body.length
    stream.body = nothing
    stream.filled = 0
    stream.isPartial = false
  }

  private readPayload(): Message | undefined {
    const stream = this.current
    if (!stream) return undefined
    const size = Math.min(this.missing, this.input.length - this.at)
    this.reserve(stream, stream.filled + size)
    stream.body.set(this.input.subarray(this.at, this.at + size), stream.filled)
    stream.filled += size
    this.at += size
    this.missing -= size
    if (this.missing > 0) return undefined
    this.current = undefined
    if (stream.filled < stream.length) return undefined
    const { type, timestamp, streamId, body } = stream
    this.drop(stream)
    return { type, timestamp, streamId, body }
  }

  private reserve(stream: ChunkStream, needed: number) {
    const { body } = stream
    if (body.length >= needed) return
    const grown = Buffer.allocUnsafeSlow(Math.min(stream.length, Math.max(needed, 2 * body.length, bodyLeast)))
    this.partialBytes += grown.length - body.length
    if (this.partialBytes > 2 * this.messageMost) throw new ProtocolError("too much of unfinished messages")
    grown.set(body.subarray(0, stream.filled))
    stream.body = grown
  }

  /** Does what a message to this layer says. @returns whether it was one */
  private obey({ type, body }: Message): boolean {
    if (type !== messageType.setChunkSize && type !== messageType.abort) return false
    if (body.length < 4) throw new ProtocolError("a control message is cut short")
    const value = Buffer.from(body.buffer, body.byteOffset, 4).readUInt32BE()
    if (type === messageType.abort) {
      const stream = this.streams.get(value)
      if (stream) this.drop(stream)
      return true
    }
    if (value < 1 || value > 0x7fffffff) throw new ProtocolError(`a chunk size of ${value} is impossible`)
    this.chunkSize = Math.min(value, chunkSizeMost)
    return true
  }
}
