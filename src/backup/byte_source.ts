import { Unusable } from "./unusable.ts"

/** Handed out at once. */
const stretch = 1024 * 1024

/** Bytes taken by number from a stream that comes in chunks of any length. */
export interface ByteSource {
  /** Up to so many, at least one. @throws {Unusable} at the end */
  some(most: number): Promise<Uint8Array>
  /** Just so many; for few. @throws {Unusable} at the end */
  exactly(count: number): Promise<Buffer>
  /** Whether the stream is over. */
  isOver(): Promise<boolean>
}

/** @param onTaken called with everything that is handed out, in order */
export function byteSource(chunks: AsyncIterable<Uint8Array>, onTaken: (bytes: Uint8Array) => void): ByteSource {
  const stream = chunks[Symbol.asyncIterator]()
  let waiting: Uint8Array = new Uint8Array()

  async function isOver(): Promise<boolean> {
    while (waiting.length === 0) {
      const { done, value } = await stream.next()
      if (done) return true
      waiting = value
    }
    return false
  }

  async function some(most: number): Promise<Uint8Array> {
    if (await isOver()) throw new Unusable("is cut off")
    const taken = waiting.subarray(0, Math.min(most, stretch))
    waiting = waiting.subarray(taken.length)
    onTaken(taken)
    return taken
  }

  return {
    some,
    async exactly(count) {
      const whole = Buffer.alloc(count)
      for (let at = 0; at < count; ) {
        const taken = await some(count - at)
        whole.set(taken, at)
        at += taken.length
      }
      return whole
    },
    isOver,
  }
}
