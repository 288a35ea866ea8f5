/** A body was longer than anybody should send. */
export class TooLong extends Error {
  override readonly name = "TooLong"
}

/** Reads a body to its end. @throws {TooLong} as soon as it is longer than so many bytes */
export async function readBounded(body: ReadableStream<Uint8Array> | null, bytesMost: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > bytesMost) throw new TooLong(`more than ${bytesMost} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
