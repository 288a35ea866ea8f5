import { randomFillSync } from "node:crypto"
import { crc32, deflateSync } from "node:zlib"

const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data])
  return Buffer.concat([int32(data.length), body, int32(crc32(body))])
}

export const pngSignature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1")

/** A picture of noise, which no compression makes smaller, with further chunks before the pixels. */
export function noisePng(width: number, height: number, further: Buffer[] = []): Buffer<ArrayBuffer> {
  const row = width * 3 + 1
  const pixels = randomFillSync(Buffer.alloc(row * height))
  // Each row begins with the number of its filter: none.
  for (let at = 0; at < pixels.length; at += row) pixels[at] = 0
  return pngOf(width, height, deflateSync(pixels, { level: 0 }), further)
}

/** A picture with pixels that somebody has packed. */
export function pngOf(width: number, height: number, packed: Uint8Array, further: Buffer[] = []): Buffer<ArrayBuffer> {
  const header = Buffer.concat([int32(width), int32(height), Buffer.from([8, 2, 0, 0, 0])])
  const data: Buffer[] = []
  for (let at = 0; at < packed.length; at += 65_536) data.push(pngChunk("IDAT", packed.subarray(at, at + 65_536)))
  return Buffer.concat([pngSignature, pngChunk("IHDR", header), ...further, ...data, pngChunk("IEND", Buffer.alloc(0))])
}

/** Qiniu's hash by the words of its documentation, in another way than the server's. */
export function qetag(bytes: Uint8Array): string {
  const block = 4 * 1024 * 1024
  const sha1 = (some: Uint8Array) => new Bun.CryptoHasher("sha1").update(some).digest()
  const blocks: Uint8Array[] = []
  for (let at = 0; at < bytes.length || at === 0; at += block) blocks.push(sha1(bytes.subarray(at, at + block)))
  const [only] = blocks
  const whole =
    blocks.length === 1 && only ? [Buffer.from([0x16]), only] : [Buffer.from([0x96]), sha1(Buffer.concat(blocks))]
  return Buffer.concat(whole).toString("base64").replaceAll("+", "-").replaceAll("/", "_")
}

/** Where the cast is at home, as a phone's camera writes it: 39° 54' 26" N, 116° 23' 29" E. */
export const homeInExif = "SECRET-HOME"

/** Exif data with a place, an owner and an orientation, as the TIFF structure that every format carries. */
export function exifWithPlace(orientation: number): Buffer {
  const entry = (tag: number, type: number, count: number, value: number) => {
    const bytes = Buffer.alloc(12)
    bytes.writeUInt16LE(tag, 0)
    bytes.writeUInt16LE(type, 2)
    bytes.writeUInt32LE(count, 4)
    if (type === 3) bytes.writeUInt16LE(value, 8)
    else bytes.writeUInt32LE(value, 8)
    return bytes
  }
  const ifd = (entries: Buffer[]) => {
    const count = Buffer.alloc(2)
    count.writeUInt16LE(entries.length)
    return Buffer.concat([count, ...entries, Buffer.alloc(4)])
  }
  const owner = Buffer.from(`${homeInExif}\0`)
  const first = (gpsAt: number, ownerAt: number) =>
    ifd([entry(0x010f, 2, owner.length, ownerAt), entry(0x0112, 3, 1, orientation), entry(0x8825, 4, 1, gpsAt)])
  const gpsAt = 8 + first(0, 0).length
  const gps = ifd([entry(1, 2, 2, "N".charCodeAt(0)), entry(2, 5, 3, 0), entry(3, 2, 2, "E".charCodeAt(0))])
  const placeAt = gpsAt + gps.length
  const rationals = Buffer.concat([39, 54, 26].flatMap((one) => [le(one), le(1)]))
  gps.writeUInt32LE(placeAt, 2 + 12 + 8)
  const head = Buffer.concat([Buffer.from("II*\0", "latin1"), le(8)])
  return Buffer.concat([head, first(gpsAt, placeAt + rationals.length), gps, rationals, owner])
}

const le = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

/** A JPEG segment. */
export function segment(marker: number, data: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([head, data])
}

/** Puts segments into a JPEG file, behind its first two bytes. */
export const withSegments = (jpeg: Buffer, ...segments: Buffer[]) =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])

export const exifSegment = (exif: Buffer) => segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exif]))

/** A picture that ffmpeg draws. */
export async function drawn(args: string[], input?: Uint8Array): Promise<Buffer> {
  const source = input ? ["-i", "-"] : ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=5:duration=1"]
  const child = Bun.spawn(["ffmpeg", "-v", "error", ...source, ...args], {
    stdin: input ? new Blob([new Uint8Array(input)]) : "ignore",
    stdout: "pipe",
    stderr: "pipe",
  })
  const [bytes, errors] = await Promise.all([new Response(child.stdout).bytes(), new Response(child.stderr).text()])
  if ((await child.exited) !== 0) throw new Error(`ffmpeg: ${errors}`)
  return Buffer.from(bytes)
}

export const drawnJpeg = () => drawn(["-frames:v", "1", "-f", "image2pipe", "-c:v", "mjpeg", "-"])
