import { type FlvTag, readFlvTags } from "../../src/video/flv/tag.ts"
import { Record } from "../realtime/record.ts"

const fileHeader = 13
const tagHeader = 11
const backPointer = 4

/** Somebody who watches FLV over HTTP and remembers all of it. */
export class Screen {
  /** The server has ended the stream; a connection that breaks off rejects it. */
  readonly ended: Promise<void>
  private readonly got = new Record<Uint8Array>()

  private constructor(body: ReadableStream<Uint8Array>) {
    this.ended = this.read(body)
    // The program may be killed while somebody watches.
    this.ended.catch(() => {})
  }

  /** @throws when there is nothing to see there */
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
    return readFlvTags(bytes.subarray(fileHeader, end)) ?? []
  }

  /** Waits until something was shown. @throws when the stream ends without it */
  async shows(mark: string | Uint8Array): Promise<void> {
    const isThere = () => this.bytes.includes(mark)
    await Promise.race([this.got.until(isThere), this.ended])
    if (!isThere()) throw new Error(`the stream ended without ${mark}`)
  }

  private async read(body: ReadableStream<Uint8Array>) {
    for await (const bytes of body) this.got.add(bytes)
  }
}
