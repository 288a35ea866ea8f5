import { crc32 } from "node:zlib"
import { orientationExif, orientationOf } from "./exif.ts"
import { assertFew, broken, type Reading } from "./format.ts"

const signatureLength = 8
/** The picture itself, and what decides its colours, its transparency and its movement. */
const kept = new Set([
  ...["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "bKGD", "pHYs", "sBIT"],
  ...["gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI"],
  ...["acTL", "fcTL", "fdAT"],
])

/** Reads a PNG file (ISO/IEC 15948, third edition). Texts, times and Exif data are not kept, but for the orientation. */
export function readPng(file: Buffer): Reading {
  const parts: Uint8Array[] = []
  let size: { width: number; height: number } | undefined
  let orientation = 1
  let dataAt = -1
  for (let at = signatureLength, read = 0, type = ""; type !== "IEND"; ) {
    assertFew(read++)
    const length = file.readUInt32BE(at)
    type = file.toString("latin1", at + 4, at + 8)
    const end = at + 12 + length
    if (end > file.length) broken("ends early")
    const data = file.subarray(at + 8, end - 4)
    if (!size) {
      if (type !== "IHDR" || length !== 13) broken("is broken")
      size = { width: data.readUInt32BE(0), height: data.readUInt32BE(4) }
    }
    if (type === "eXIf") orientation = orientationOf(data)
    if (type === "IDAT" && dataAt < 0) dataAt = parts.length
    if (kept.has(type)) parts.push(file.subarray(at, end))
    // By its first letter: a decoder must not go on without knowing what it means.
    else if (/^[A-Z]/.test(type)) broken("is broken")
    at = end
  }
  if (!size || dataAt < 0) broken("has no picture in it")
  const exif = orientationExif(orientation)
  if (exif) parts.splice(dataAt, 0, chunk("eXIf", exif))
  return { ...size, pixels: size.width * size.height, parts: [file.subarray(0, signatureLength), ...parts] }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(data.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}
