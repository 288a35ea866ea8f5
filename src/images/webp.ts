import { orientationExif, orientationOf } from "./exif.ts"
import { assertFew, broken, type Reading } from "./format.ts"

const kept = new Set(["VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"])
const keptInFrame = new Set(["VP8 ", "VP8L", "ALPH"])
const hasExif = 0x08
const hasXmp = 0x04

interface Chunk {
  name: string
  data: Buffer
}

interface Size {
  width: number
  height: number
}

/** Reads a WebP file (RFC 9649). Exif data but the orientation, XMP and unknown chunks are not kept. */
export function readWebp(file: Buffer): Reading {
  const all = chunksIn(file.subarray(12, 8 + file.readUInt32LE(4)))
  const chunks = all.filter(({ name }) => kept.has(name)).map((chunk) => (chunk.name === "ANMF" ? frame(chunk) : chunk))
  const sizes = chunks.flatMap((chunk) => sizesIn(chunk))
  const [size] = sizes
  if (!size || !all.some(({ name }) => /^(VP8 |VP8L|ANMF)$/.test(name))) broken("has no picture in it")
  const pixels = Math.max(...sizes.map(({ width, height }) => width * height))

  const told = all.find(({ name }) => name === "EXIF")
  const exif = told && orientationExif(orientationOf(told.data))
  const extended = chunks.find(({ name }) => name === "VP8X")
  if (extended) extended.data = withFlags(extended.data, exif !== undefined)
  if (extended && exif) chunks.push({ name: "EXIF", data: exif })
  const body = Buffer.concat([Buffer.from("WEBP", "latin1"), ...chunks.flatMap(written)])
  return { ...size, pixels, parts: [Buffer.from("RIFF", "latin1"), int32(body.length), body] }
}

function chunksIn(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = []
  for (let at = 0; at + 8 <= bytes.length; ) {
    assertFew(chunks.length)
    const end = at + 8 + bytes.readUInt32LE(at + 4)
    if (end > bytes.length) broken("ends early")
    chunks.push({ name: bytes.toString("latin1", at, at + 4), data: bytes.subarray(at + 8, end) })
    at = end + (end % 2)
  }
  return chunks
}

/** A film's frame, without what nobody knows. */
function frame({ name, data }: Chunk): Chunk {
  const inner = chunksIn(data.subarray(16)).filter((chunk) => keptInFrame.has(chunk.name))
  return { name, data: Buffer.concat([data.subarray(0, 16), ...inner.flatMap(written)]) }
}

/** The first is the chunk's own, for a film's frame with those inside it. */
function sizesIn({ name, data }: Chunk): Size[] {
  if (name === "VP8X") return [{ width: data.readUIntLE(4, 3) + 1, height: data.readUIntLE(7, 3) + 1 }]
  if (name === "VP8 ") return [{ width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff }]
  if (name === "VP8L") {
    const bits = data.readUInt32LE(1)
    return [{ width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }]
  }
  if (name !== "ANMF") return []
  const own = { width: data.readUIntLE(6, 3) + 1, height: data.readUIntLE(9, 3) + 1 }
  return [own, ...chunksIn(data.subarray(16)).flatMap(sizesIn)]
}

function withFlags(data: Buffer, withExif: boolean): Buffer {
  const changed = Buffer.from(data)
  changed[0] = (data.readUInt8(0) & ~(hasExif | hasXmp)) | (withExif ? hasExif : 0)
  return changed
}

const written = ({ name, data }: Chunk): Buffer[] => [
  Buffer.from(name, "latin1"),
  int32(data.length),
  data,
  Buffer.alloc(data.length % 2),
]

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
