import { readFlvTags } from "../../src/video/flv/tag.ts"
import { Record } from "../realtime/record.ts"

const fileHeader = 13

/** Somebody who watches FLV over HTTP, and remembers all of it. */
export class Screen {
  /** The stream was ended by the server. */
  readonly ended: Promise<void>
  private readonly got = new Record<Uint8Array>()

  private constructor(body: ReadableStream<Uint8Array>) {
    this.ended = this.read(body)
  }

  static async at(address: string): Promise<Screen> {
    const { body, status } = await fetch(address)
    if (status !== 200 || !body) throw new Error(`${address}: ${status}`)
    return new Screen(body)
  }

  get bytes(): Buffer {
    return Buffer.concat(this.got.items)
  }

  /** Every frame so far, also the last one when it is not all there. */
  get tags() {
    const bytes = this.bytes
    let end = fileHeader
    while (end + 11 <= bytes.length && end + 15 + bytes.readUIntBE(end + 1, 3) <= bytes.length) {
      end += 15 + bytes.readUIntBE(end + 1, 3)
    }
    return readFlvTags(bytes.subarray(fileHeader, end)) ?? []
  }

  /** Waits until something was shown. */
  async shows(mark: string | Uint8Array): Promise<void> {
    await this.got.until(() => this.bytes.includes(mark))
  }

  private async read(body: ReadableStream<Uint8Array>) {
    for await (const bytes of body) this.got.add(bytes)
  }
}
