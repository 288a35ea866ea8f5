import { exifMark, orientationExif, orientationOf } from "./exif.ts"
import { assertFew, broken, type Reading } from "./format.ts"

const startOfImage = 0xd8
const endOfImage = 0xd9
const startOfScan = 0xda
const app0 = 0xe0
const app1 = 0xe1
const app2 = 0xe2
const app14 = 0xee

/** SOF0 to SOF15; three numbers of the row mean something else. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
const isAlone = (marker: number) => marker === 0x01 || (marker >= 0xd0 && marker <= startOfImage)
/** Tables, frames and scans. */
const isPicture = (marker: number) => (marker >= 0xc0 && marker <= 0xcf) || (marker >= startOfScan && marker <= 0xdf)

/**
 * Reads a JPEG file (ITU-T T.81, JFIF, Exif 2.3). Kept are the picture itself, the colour profile and what tells the colour
 * space; comments, thumbnails, maker's notes, and pictures or films behind the first one are not.
 */
export function readJpeg(file: Buffer): Reading {
  const parts: Uint8Array[] = []
  let size = { width: 0, height: 0 }
  let pixels = 0
  let orientation = 1
  let hasScan = false
  for (let at = 2, read = 0; ; ) {
    assertFew(read++)
    if (hasScan && at >= file.length) break
    const { marker, segment, next } = segmentAt(file, at)
    at = next
    if (marker === endOfImage) break
    if (isFrame(marker)) {
      size = { height: segment.readUInt16BE(5), width: segment.readUInt16BE(7) }
      pixels = Math.max(pixels, size.width * size.height)
    }
    if (marker === app1 && startsWith(segment, exifMark)) orientation = orientationOf(segment.subarray(4))
    const kept = keptOf(marker, segment)
    if (kept) parts.push(kept)
    if (marker !== startOfScan) continue
    if (pixels === 0) broken("has no size")
    hasScan = true
    at = endOfScan(file, at)
    parts.push(file.subarray(next, at))
  }
  if (!hasScan) broken("has no picture in it")
  const exif = orientationExif(orientation)
  const head = exif ? [Buffer.from([0xff, startOfImage]), exifSegment(exif)] : [Buffer.from([0xff, startOfImage])]
  return { ...size, pixels, parts: [...head, ...parts, Buffer.from([0xff, endOfImage])] }
}

interface Segment {
  marker: number
  /** With its marker and its length; empty where the marker stands alone. */
  segment: Buffer
  next: number
}

function segmentAt(file: Buffer, start: number): Segment {
  let at = start
  if (file.readUInt8(at) !== 0xff) broken("is broken")
  // Any number of these may stand before a marker.
  while (file.readUInt8(at) === 0xff) at++
  const marker = file.readUInt8(at)
  if (marker === endOfImage || isAlone(marker)) return { marker, segment: Buffer.alloc(0), next: at + 1 }
  const length = file.readUInt16BE(at + 1)
  const next = at + 1 + length
  if (length < 2) broken("is broken")
  if (next > file.length) broken("ends early")
  return { marker, segment: file.subarray(at - 1, next), next }
}

/** Where the marker stands that ends a scan's coded data: one that is neither an escaped 255 nor a restart. */
function endOfScan(file: Buffer, start: number): number {
  for (let at = start; at + 1 < file.length; at++) {
    if (file[at] !== 0xff) continue
    const next = file[at + 1] ?? 0
    if (next !== 0 && next !== 0xff && !isAlone(next)) return at
  }
  return file.length
}

const startsWith = (segment: Buffer, mark: Uint8Array) => segment.subarray(4, 4 + mark.length).equals(mark)

const jfif = Buffer.from("JFIF\0", "latin1")
const colourProfile = Buffer.from("ICC_PROFILE\0", "latin1")
const adobe = Buffer.from("Adobe", "latin1")

function keptOf(marker: number, segment: Buffer): Uint8Array | undefined {
  if (marker === app0 && startsWith(segment, jfif)) return withoutThumbnail(segment)
  if (marker === app2 && startsWith(segment, colourProfile)) return segment
  if (marker === app14 && startsWith(segment, adobe) && segment.length === 16) return segment
  return isPicture(marker) ? segment : undefined
}

function withoutThumbnail(segment: Buffer): Uint8Array {
  const short = Buffer.alloc(18)
  segment.copy(short, 0, 0, 16)
  short.writeUInt16BE(16, 2)
  return short
}

function exifSegment(exif: Buffer): Buffer {
  const head = Buffer.from([0xff, app1, 0, 2 + exifMark.length + exif.length])
  return Buffer.concat([head, exifMark, exif])
}
