import { ImageFault, type ImageType, type Reading } from "./format.ts"
import { readGif } from "./gif.ts"
import { heifType, readHeif } from "./heif.ts"
import { readJpeg } from "./jpeg.ts"
import { readPng } from "./png.ts"
import { readWebp } from "./webp.ts"

/** A picture as it may be shown to others. */
export interface Image {
  type: ImageType
  width: number
  height: number
  /** Without what the camera wrote of place, time and owner, and without what followed the picture's end. */
  bytes: Uint8Array
}

/**
 * Finds out what a file really is by its own first bytes, measures it, and takes out what tells of its author. Nothing is
 * decoded, so a small file that would unpack into gigabytes costs nothing here, and pixels stay as they are.
 *
 * @param pixelsMax the most pixels it may have, width by height
 * @throws {ImageFault} with the rest of a sentence that begins with "The image"
 */
export function readImage(bytes: Uint8Array, { pixelsMax }: { pixelsMax: number }): Image {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const type = imageTypeOf(file)
  if (!type) throw new ImageFault("is of no kind that can be shown")
  const { width, height, pixels, parts } = readAs(type, file)
  if (width < 1 || height < 1) throw new ImageFault("has no size")
  if (Math.max(pixels, width * height) > pixelsMax) throw new ImageFault("has too many pixels")
  return { type, width, height, bytes: Buffer.concat(parts) }
}

/** What a file says it is, by its first bytes. */
export function imageTypeOf(file: Buffer): ImageType | undefined {
  const starts = (text: string, at = 0) => file.toString("latin1", at, at + text.length) === text
  if (starts("\xff\xd8\xff")) return "image/jpeg"
  if (starts("\x89PNG\r\n\x1a\n")) return "image/png"
  if (starts("GIF87a") || starts("GIF89a")) return "image/gif"
  if (starts("RIFF") && starts("WEBP", 8)) return "image/webp"
  return starts("ftyp", 4) ? heifType(file) : undefined
}

const readers: Record<ImageType, (file: Buffer) => Reading> = {
  "image/jpeg": readJpeg,
  "image/png": readPng,
  "image/gif": readGif,
  "image/webp": readWebp,
  "image/heic": readHeif,
  "image/avif": readHeif,
}

function readAs(type: ImageType, file: Buffer): Reading {
  try {
    return readers[type](file)
  } catch (error) {
    // Something was read past the end.
    if (error instanceof RangeError) throw new ImageFault("ends early")
    throw error
  }
}
