import { assertFew, broken, type Reading } from "./format.ts"

const trailer = 0x3b
const picture = 0x2c
const extension = 0x21
const comment = 0xfe
const application = 0xff
/** How often the film is repeated; other applications' data is not for a decoder. */
const repetition = /^(NETSCAPE2\.0|ANIMEXTS1\.0)$/

/** Reads a GIF file (GIF89a). Comments, other applications' data and what follows the end are not kept. */
export function readGif(file: Buffer): Reading {
  const width = file.readUInt16LE(6)
  const height = file.readUInt16LE(8)
  const start = 13 + tableLength(file.readUInt8(10))
  const parts: Uint8Array[] = [file.subarray(0, start)]
  let pixels = 0
  for (let at = start, read = 0; at < file.length; ) {
    assertFew(read++)
    const kind = file.readUInt8(at)
    if (kind === trailer) break
    const end = kind === picture ? endOfPicture(file, at) : endOfExtension(file, at)
    if (kind === picture) pixels = Math.max(pixels, reach(file, at, 0) * reach(file, at, 2))
    if (kind === picture || isKept(file, at)) parts.push(file.subarray(at, end))
    at = end
  }
  if (pixels === 0) broken("has no picture in it")
  parts.push(Buffer.from([trailer]))
  return { width, height, pixels, parts }
}

/** The length of a colour table that such flags tell of. */
const tableLength = (flags: number) => ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 0x07) + 1))

/** How far a picture reaches to the right or down; a decoder may widen the canvas for it. */
const reach = (file: Buffer, at: number, offset: 0 | 2) =>
  file.readUInt16LE(at + 1 + offset) + file.readUInt16LE(at + 5 + offset)

/** Behind the descriptor, the colour table and the code size. */
const endOfPicture = (file: Buffer, at: number) => endOfBlocks(file, at + 11 + tableLength(file.readUInt8(at + 9)))

function endOfExtension(file: Buffer, at: number): number {
  if (file.readUInt8(at) !== extension) broken("is broken")
  return endOfBlocks(file, at + 2)
}

function endOfBlocks(file: Buffer, start: number): number {
  let at = start
  for (let length = file.readUInt8(at); length !== 0; length = file.readUInt8(at)) at += 1 + length
  return at + 1
}

function isKept(file: Buffer, at: number): boolean {
  const label = file.readUInt8(at + 1)
  if (label === application) return repetition.test(file.toString("latin1", at + 3, at + 14))
  return label !== comment
}
