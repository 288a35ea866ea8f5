import { type Box, fieldsOf, inside } from "./boxes.ts"
import { assertFew, broken } from "./format.ts"

interface Span {
  start: number
  end: number
}

/**
 * Where Exif data and other notes stand in a HEIC or AVIF file.
 *
 * @param meta the boxes inside the file's `meta` box
 * @throws {ImageFault} when there are some and they cannot be found
 */
export function metadataIn(file: Buffer, meta: Box[]): Span[] {
  const wanted = new Set(meta.filter(({ type }) => type === "iinf").flatMap((box) => notesIn(file, box)))
  if (wanted.size === 0) return []
  const data = meta.find(({ type }) => type === "idat")
  const spans = meta.filter(({ type }) => type === "iloc").flatMap((box) => placesIn(file, box, wanted, data))
  if (spans.some(({ start, end }) => start >= end || end > file.length)) broken("is broken")
  return spans
}

/** The numbers of what is neither picture nor part of one: `Exif`, and `mime`, which XMP is. */
function notesIn(file: Buffer, box: Box): number[] {
  const version = file.readUInt8(box.body)
  return inside(file, box, version === 0 ? 6 : 8).flatMap((entry) => {
    const fields = fieldsOf(file, entry.body)
    const entryVersion = fields.int(1)
    fields.int(3)
    if (entryVersion < 2) broken("is broken")
    const item = fields.int(entryVersion === 2 ? 2 : 4)
    fields.int(2)
    return /^(Exif|mime|uri )$/.test(fields.text(4)) ? [item] : []
  })
}

/** Where each of some things stands; a thing may be in several pieces. */
function placesIn(file: Buffer, box: Box, wanted: Set<number>, data: Box | undefined): Span[] {
  const fields = fieldsOf(file, box.body)
  const version = fields.int(1)
  fields.int(3)
  const [sizes, more] = [fields.int(1), fields.int(1)]
  const [offsetSize, lengthSize, baseSize] = [sizes >> 4, sizes & 15, more >> 4]
  const indexSize = version > 0 ? more & 15 : 0
  const items = fields.int(version < 2 ? 2 : 4)
  const spans: Span[] = []
  for (let item = 0, pieces = 0; item < items; item++) {
    assertFew(item)
    const isWanted = wanted.has(fields.int(version < 2 ? 2 : 4))
    const method = version > 0 ? fields.int(2) & 15 : 0
    fields.int(2)
    const base = fields.int(baseSize) + (method === 1 ? (data?.body ?? Number.NaN) : 0)
    for (let extents = fields.int(2); extents > 0; extents--) {
      assertFew(pieces++)
      fields.int(indexSize)
      const start = base + fields.int(offsetSize)
      const end = start + fields.int(lengthSize)
      if (!isWanted) continue
      // Neither in the file nor in its own box: in another thing.
      if (method > 1 || Number.isNaN(start)) broken("is broken")
      spans.push({ start, end })
    }
  }
  return spans
}
