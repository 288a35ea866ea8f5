/** How a picture lies: 1 as it should, up to 8, turned and mirrored. */
const orientationTag = 0x0112
const short = 3
const upright = 1

/** What stands before the TIFF structure in a JPEG file, and in some others by mistake. */
export const exifMark = Buffer.from("Exif\0\0", "latin1")

/** The orientation that Exif data (a TIFF structure) tells; 1 when it tells none that there is. */
export function orientationOf(exif: Buffer): number {
  const tiff = exif.subarray(0, exifMark.length).equals(exifMark) ? exif.subarray(exifMark.length) : exif
  try {
    return readOrientation(tiff)
  } catch (error) {
    if (error instanceof RangeError) return upright
    throw error
  }
}

function readOrientation(tiff: Buffer): number {
  const order = tiff.toString("latin1", 0, 2)
  if (order !== "II" && order !== "MM") return upright
  const int16 = (at: number) => (order === "II" ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const int32 = (at: number) => (order === "II" ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at))
  const first = int32(4)
  const entries = int16(first)
  for (let at = first + 2; at < first + 2 + entries * 12; at += 12) {
    if (int16(at) !== orientationTag || int16(at + 2) !== short) continue
    const orientation = int16(at + 8)
    return orientation >= 1 && orientation <= 8 ? orientation : upright
  }
  return upright
}

/** Exif data that tells an orientation and nothing else, or undefined where nothing needs to be told. */
export function orientationExif(orientation: number): Buffer | undefined {
  if (orientation === upright) return undefined
  const tiff = Buffer.alloc(26)
  tiff.write("MM\0*", "latin1")
  tiff.writeUInt32BE(8, 4)
  tiff.writeUInt16BE(1, 8)
  tiff.writeUInt16BE(orientationTag, 10)
  tiff.writeUInt16BE(short, 12)
  tiff.writeUInt32BE(1, 14)
  tiff.writeUInt16BE(orientation, 18)
  return tiff
}
