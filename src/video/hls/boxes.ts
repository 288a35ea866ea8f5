/** Pieces of a file that follow each other, without being copied together. */
export type Pieces = Uint8Array[]

export interface Box {
  type: string
  content: Buffer
}

/** The boxes in a box, or in a file. @throws when they do not fill it */
export function childrenOf(content: Uint8Array): Box[] {
  const view = Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  const found: Box[] = []
  for (let at = 0; at + 8 <= view.length; ) {
    const size = view.readUInt32BE(at)
    if (size < 8 || at + size > view.length) throw new Error("a box does not end where the one around it does")
    found.push({ type: view.toString("latin1", at + 4, at + 8), content: view.subarray(at + 8, at + size) })
    at += size
  }
  return found
}

/** The content of the first box of a type. @throws when there is none */
export function child(content: Uint8Array, type: string): Buffer {
  const found = childrenOf(content).find((box) => box.type === type)
  if (!found) throw new Error(`no ${type} box`)
  return found.content
}

export const box = (type: string, ...parts: (Uint8Array | Pieces)[]): Pieces => {
  const pieces = parts.flat()
  return [words([8 + bytesOf(pieces)]), text(type), ...pieces]
}

/** The same boxes, some with other content. */
export const replaced = (content: Uint8Array, by: Record<string, Uint8Array | Pieces>): Pieces =>
  childrenOf(content).flatMap(({ type, content }) => box(type, by[type] ?? content))

export const bytesOf = (pieces: Pieces): number => pieces.reduce((sum, { length }) => sum + length, 0)

export const words = (numbers: number[]): Buffer => Buffer.from(new Uint32Array(numbers).buffer).swap32()

export const longs = (numbers: number[]): Buffer => Buffer.from(new BigInt64Array(numbers.map(BigInt)).buffer).swap64()

export const text = (letters: string): Buffer => Buffer.from(letters, "latin1")
