/** How long a body may take to arrive, in milliseconds: 20 MB at a quarter of a megabit a second. */
const arrivalMax = 15 * 60_000
/** Whoever comes slower than any phone, in bytes a second, holds a place for nothing; beginnings and pauses are forgiven. */
const paceLeast = 4_096
const pausesMost = 30_000

/** More bytes came than may. */
export class TooLong extends Error {
  override readonly name = "TooLong"
}

/** The body took too long, or is shorter than it said. */
export class Incomplete extends Error {
  override readonly name = "Incomplete"
}

/**
 * A body as it comes, within bounds of length and time.
 *
 * @param clock in milliseconds
 * @throws {TooLong} {@link Incomplete}
 */
export async function* arriving(
  body: AsyncIterable<Uint8Array> | null,
  bytesMost: number,
  clock = () => performance.now(),
): AsyncGenerator<Uint8Array> {
  const began = clock()
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > bytesMost) throw new TooLong()
    const taken = clock() - began
    if (taken > Math.min(arrivalMax, pausesMost + (bytes / paceLeast) * 1_000)) throw new Incomplete()
    yield chunk
  }
}
