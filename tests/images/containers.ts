const int = (value: number, bytes: number) => {
  const made = Buffer.alloc(bytes)
  made.writeUIntBE(value, 0, bytes)
  return made
}

export function riffChunk(name: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(data.length)
  return Buffer.concat([Buffer.from(name), length, data, Buffer.alloc(data.length % 2)])
}

/** Makes an extended WebP of a plain one, with chunks behind the picture. */
export const withWebpChunks = (plain: Buffer, width: number, height: number, flags: number) => (chunks: Buffer[]) => {
  const canvas = Buffer.alloc(10)
  canvas[0] = flags
  canvas.writeUIntLE(width - 1, 4, 3)
  canvas.writeUIntLE(height - 1, 7, 3)
  const body = Buffer.concat([Buffer.from("WEBP"), riffChunk("VP8X", canvas), plain.subarray(12), ...chunks])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(body.length)
  return Buffer.concat([Buffer.from("RIFF"), length, body])
}

const box = (type: string, ...contents: Uint8Array[]) => {
  const body = Buffer.concat(contents)
  return Buffer.concat([int(body.length + 8, 4), Buffer.from(type), body])
}

/** A box with a version and flags. */
const fullBox = (type: string, version: number, ...contents: Uint8Array[]) =>
  box(type, int(version, 1), int(0, 3), ...contents)

interface Parts {
  exif: Buffer
  xmp: Buffer
  /** Where the notes are: 0 in the file, 1 in the box `idat`, 2 in another item, which is against the rules here. */
  method: 0 | 1 | 2
  width?: number
  height?: number
  behind?: Buffer
}

/** A file as phones write it: a picture, Exif data and XMP as three items, told of by their places. */
export function heifWith({ exif, xmp, method, width = 640, height = 480, behind = Buffer.alloc(0) }: Parts): Buffer {
  const picture = Buffer.from("THE PICTURE")
  const head = box("ftyp", Buffer.from("mif1"), int(0, 4), Buffer.from("mif1heic"))
  const entry = (id: number, type: string, ...more: Buffer[]) =>
    fullBox("infe", 2, int(id, 2), int(0, 2), Buffer.from(type), Buffer.from("\0"), ...more)
  const items = fullBox(
    "iinf",
    0,
    int(3, 2),
    entry(1, "hvc1"),
    entry(2, "Exif"),
    entry(3, "mime", Buffer.from("application/rdf+xml\0")),
  )
  const sizes = [fullBox("ispe", 0, int(160, 4), int(120, 4)), fullBox("ispe", 0, int(width, 4), int(height, 4))]
  const properties = box("iprp", box("ipco", ...sizes))
  const notes = method === 1 ? box("idat", exif, xmp) : Buffer.alloc(0)

  const place = (id: number, how: number, at: number, length: number) =>
    Buffer.concat([int(id, 2), int(how, 2), int(0, 2), int(1, 2), int(at, 4), int(length, 4)])
  const places = (start: number) => {
    const own = method === 1 ? 0 : start + picture.length
    const rows = [
      place(1, 0, start, picture.length),
      place(2, method, own, exif.length),
      place(3, method, own + exif.length, xmp.length),
    ]
    return fullBox("iloc", 1, int(0x44, 1), int(0, 1), int(3, 2), ...rows)
  }
  const meta = (start: number) => fullBox("meta", 0, items, properties, places(start), notes)
  const start = head.length + meta(0).length + 8
  return Buffer.concat([head, meta(start), box("mdat", picture, ...(method === 1 ? [] : [exif, xmp])), behind])
}
