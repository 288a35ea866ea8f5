import { assertFew, broken } from "./format.ts"

/** A box of a file like MP4's (ISO/IEC 14496-12). */
export interface Box {
  type: string
  /** Where it begins, where its content begins, and where it ends, from the file's start. */
  start: number
  body: number
  end: number
}

/** The boxes one after the other in a part of a file. @throws {ImageFault} where one is longer than the part */
export function boxesIn(file: Buffer, start: number, end: number): Box[] {
  const boxes: Box[] = []
  for (let at = start; at + 8 <= end; ) {
    assertFew(boxes.length)
    const box = boxAt(file, at, end)
    if (box.end > end || box.end < box.body) broken("is broken")
    boxes.push(box)
    at = box.end
  }
  return boxes
}

function boxAt(file: Buffer, start: number, end: number): Box {
  const size = file.readUInt32BE(start)
  const type = file.toString("latin1", start + 4, start + 8)
  // The last box may say that it goes to the end.
  if (size === 0) return { type, start, body: start + 8, end }
  if (size > 1) return { type, start, body: start + 8, end: start + size }
  return { type, start, body: start + 16, end: start + Number(file.readBigUInt64BE(start + 8)) }
}

/** The boxes inside one. `skip` is how many bytes stand before them, such as a version and flags. */
export const inside = (file: Buffer, { body, end }: Box, skip = 0): Box[] => boxesIn(file, body + skip, end)

/** Reads a box's fields one after the other. */
export function fieldsOf(file: Buffer, at: number) {
  let place = at
  return {
    /** A whole number of 0 to 8 bytes. */
    int(bytes: number): number {
      let value = 0
      for (let read = 0; read < bytes; read++) value = value * 256 + file.readUInt8(place++)
      return value
    },
    text(bytes: number): string {
      place += bytes
      return file.toString("latin1", place - bytes, place)
    },
    place: () => place,
  }
}
