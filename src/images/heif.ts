import { type Box, boxesIn, fieldsOf, inside } from "./boxes.ts"
import { broken, type ImageType, type Reading } from "./format.ts"
import { metadataIn } from "./heif_items.ts"

const avif = new Set(["avif", "avis"])
const heic = new Set(["heic", "heix", "heim", "heis"])
/** Boxes beside which nothing is for a decoder of pictures; some phones put a film behind one. */
const known = new Set(["ftyp", "meta", "mdat"])

/** Whether a file that begins like MP4 is a picture, by its brands. */
export function heifType(file: Buffer): ImageType | undefined {
  const brands = file.toString("latin1", 8, Math.min(file.readUInt32BE(0), file.length, 200)).match(/.{4}/gs) ?? []
  if (brands.some((brand) => avif.has(brand))) return "image/avif"
  if (brands.some((brand) => heic.has(brand))) return "image/heic"
  return undefined
}

/**
 * Reads a HEIC or AVIF file (ISO/IEC 23008-12). Such a file says of everything in it how far from the file's start it is, so
 * that Exif data and XMP are overwritten with zeros where they stand; how the picture is turned is told elsewhere. A film in
 * such a file, which has sizes and notes of its own, is not taken.
 */
export function readHeif(file: Buffer): Reading {
  const boxes = boxesIn(file, 0, file.length)
  const meta = boxes.find(({ type }) => type === "meta")
  if (!meta) broken("has no picture in it")
  if (boxes.some(({ type }) => type === "moov")) broken("is a film")
  const contents = inside(file, meta, 4)
  const sizes = sizesIn(file, contents)
  const largest = sizes.toSorted((one, other) => other.width * other.height - one.width * one.height)[0]
  if (!largest) broken("has no size")

  const blanked = Buffer.from(file)
  for (const { start, end } of metadataIn(file, contents)) blanked.fill(0, start, end)
  for (const { type, start, body, end } of boxes) {
    if (known.has(type)) continue
    blanked.write("free", start + 4, "latin1")
    blanked.fill(0, body, end)
  }
  return { ...largest, pixels: largest.width * largest.height, parts: [blanked] }
}

/** Of the picture, its tiles and its thumbnails. */
function sizesIn(file: Buffer, meta: Box[]): { width: number; height: number }[] {
  const find = (boxes: Box[], wanted: string) => boxes.filter(({ type }) => type === wanted)
  const properties = find(meta, "iprp").flatMap((box) => find(inside(file, box), "ipco"))
  const extents = properties.flatMap((box) => find(inside(file, box), "ispe"))
  return extents.map(({ body }) => {
    const fields = fieldsOf(file, body + 4)
    return { width: fields.int(4), height: fields.int(4) }
  })
}
