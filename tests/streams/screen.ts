import type { FlvTag } from "../../src/video/flv/tag_reader.ts"
import { Record } from "../realtime/record.ts"
import { tagsIn } from "../video/flv/tags.ts"

const fileHeader = 13
const tagHeader = 11
const backPointer = 4

/** Somebody who watches FLV over HTTP and remembers all of it. */
export class Screen {
  /** The server has ended the stream; a connection that breaks off rejects it. */
  readonly ended: Promise<void>
  /** In bytes. */
  received = 0
  private readonly got = new Record<Uint8Array>()

  private constructor(body: ReadableStream<Uint8Array>) {
    this.ended = this.read(body)
    // The program may be killed while somebody watches.
    this.ended.catch(() => {})
  }

  /** Resolves once there is something to see. @throws when there will not be */
  static async at(address: string): Promise<Screen> {
    const { body, status } = await fetch(address)
    if (status !== 200 || !body) throw new Error(`${address}: ${status}`)
    return new Screen(body)
  }

  get bytes(): Buffer {
    return Buffer.concat(this.got.items)
  }

  /** Every frame that is all there. */
  get tags(): FlvTag[] {
    const { bytes } = this
    let end = fileHeader
    for (let next = end; next <= bytes.length; ) {
      end = next
      if (end + tagHeader > bytes.length) break
      next = end + tagHeader + bytes.readUIntBE(end + 1, 3) + backPointer
    }
    return tagsIn(bytes.subarray(fileHeader, end)) ?? []
  }

  /** Waits until words were shown, from the beginning on. @throws when the stream ends without them */
  async shows(words: string): Promise<void> {
    let tail = Buffer.alloc(0)
    const isThere = this.got.until((bytes) => {
      const seen = Buffer.concat([tail, bytes])
      tail = seen.subarray(-words.length)
      return seen.includes(words)
    })
    await Promise.race([isThere, this.ended])
    if (!this.bytes.includes(words)) throw new Error(`the stream ended without "${words}"`)
  }

  private async read(body: ReadableStream<Uint8Array>) {
    for await (const bytes of body) {
      this.received += bytes.length
      this.got.add(bytes)
    }
  }
}
