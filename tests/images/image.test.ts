import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { deflateSync } from "node:zlib"
import { readImage } from "../../src/images/image.ts"
import {
  drawn,
  drawnJpeg,
  exifSegment,
  exifWithPlace,
  homeInExif,
  noisePng,
  pngChunk,
  pngOf,
  segment,
  withSegments,
} from "../support/images.ts"
import { heifWith, riffChunk, withWebpChunks } from "./containers.ts"

setDefaultTimeout(30_000)

const pixelsMax = 1_000_000
const read = (file: Uint8Array) => readImage(file, { pixelsMax })
const holds = (file: Uint8Array, text: string) => Buffer.from(file).includes(text)
const xmp = Buffer.from(`<x:xmpmeta>${homeInExif}</x:xmpmeta>`)

/** Every picture of a file as its pixels' checksums, one a line. */
const pixelsOf = async (file: Uint8Array) => (await drawn(["-pix_fmt", "rgba", "-f", "framemd5", "-"], file)).toString()

async function expectSamePixels(before: Uint8Array, after: Uint8Array): Promise<void> {
  const pixels = await pixelsOf(before)
  expect(pixels).toMatch(/160x90|90x160/)
  expect(await pixelsOf(after)).toBe(pixels)
}

describe("a JPEG", () => {
  test("loses place, owner, comments, thumbnails and what stands behind it, and no pixel", async () => {
    const jpeg = await drawnJpeg()
    const profile = segment(0xe2, Buffer.concat([Buffer.from("ICC_PROFILE\0\x01\x01", "latin1"), Buffer.alloc(200, 7)]))
    const told = withSegments(
      jpeg,
      exifSegment(exifWithPlace(6)),
      segment(0xe1, Buffer.concat([Buffer.from("http://ns.adobe.com/xap/1.0/\0"), xmp])),
      segment(0xe2, Buffer.from(`MPF\0${homeInExif}`)),
      profile,
      segment(0xed, Buffer.from(`Photoshop 3.0\0${homeInExif}`)),
      segment(0xee, Buffer.from(`Other ${homeInExif}`)),
      segment(0xfe, Buffer.from(homeInExif)),
    )
    const file = Buffer.concat([told, Buffer.from(`<script>${homeInExif}</script>`), jpeg])
    const { type, width, height, bytes } = read(file)
    expect({ type, width, height }).toEqual({ type: "image/jpeg", width: 160, height: 90 })
    expect(holds(file, homeInExif)).toBe(true)
    expect(holds(bytes, homeInExif)).toBe(false)
    expect(holds(bytes, "<script>")).toBe(false)
    expect(Buffer.from(bytes).includes(profile)).toBe(true)
    await expectSamePixels(told, bytes)
  })

  test.each([2, 3, 4, 5, 6, 7, 8])("keeps how it lies: %d", async (orientation) => {
    const file = withSegments(await drawnJpeg(), exifSegment(exifWithPlace(orientation)))
    const { bytes } = read(file)
    const probed = await probe(file)
    expect(probed).toContain(homeInExif)
    expect(probed).toContain("rotation")
    expect(await probe(bytes)).toBe(probed.replace(/^TAG:(Make|GPS).*\n/gm, ""))
  })

  test("that lies right has no Exif data at all afterwards, whatever is written there", async () => {
    for (const orientation of [0, 1, 9]) {
      const { bytes } = read(withSegments(await drawnJpeg(), exifSegment(exifWithPlace(orientation))))
      expect(holds(bytes, "Exif")).toBe(false)
    }
    const cut = withSegments(await drawnJpeg(), exifSegment(exifWithPlace(6).subarray(0, 20)))
    expect(holds(read(cut).bytes, "Exif")).toBe(false)
  })

  test("in many scans, or without an end, is read whole", async () => {
    const jpeg = await drawn(["-frames:v", "1", "-f", "image2pipe", "-c:v", "mjpeg", "-huffman", "optimal", "-"])
    expect(jpeg.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]))
    expect(Buffer.from(read(jpeg.subarray(0, -2)).bytes)).toEqual(Buffer.from(read(jpeg).bytes))
    // Scans, each with its own tables, as a progressive file has them; a comment between them goes.
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]))
    const again = Buffer.concat([jpeg.subarray(0, -2), segment(0xfe, Buffer.from(homeInExif)), jpeg.subarray(scan)])
    const { bytes } = read(again)
    expect(holds(bytes, homeInExif)).toBe(false)
    expect(bytes.length).toBe(read(jpeg).bytes.length + jpeg.length - scan - 2)
  })

  test("that is none is refused", async () => {
    const jpeg = await drawnJpeg()
    const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]))
    expect(() => read(Buffer.from([0xff, 0xd8, 0xff]))).toThrow("ends early")
    expect(() => read(Buffer.from("\xff\xd8\xff\xe0 <script>", "latin1"))).toThrow("ends early")
    expect(() => read(Buffer.from([0xff, 0xd8, 0xff, 0xd9]))).toThrow("has no picture in it")
    expect(() => read(jpeg.subarray(0, scan - 1))).toThrow("ends early")
    expect(() => read(Buffer.concat([jpeg.subarray(0, 2), jpeg.subarray(scan)]))).toThrow("has no size")
    const huge = Buffer.from(jpeg)
    const frame = huge.indexOf(Buffer.from([0xff, 0xc0]))
    huge.writeUInt16BE(60_000, frame + 5)
    huge.writeUInt16BE(60_000, frame + 7)
    expect(() => read(huge)).toThrow("too many pixels")
    const tiny = Array<Buffer>(30_000).fill(segment(0xdb, Buffer.alloc(0)))
    expect(() => read(withSegments(jpeg, ...tiny))).toThrow("too many pieces")
  })
})

/** What ffprobe finds beside the pixels. */
async function probe(file: Uint8Array): Promise<string> {
  const child = Bun.spawn(["ffprobe", "-v", "error", "-show_frames", "-show_entries", "frame=side_data_list", "-"], {
    stdin: new Blob([new Uint8Array(file)]),
    stdout: "pipe",
    stderr: "ignore",
  })
  return new Response(child.stdout).text()
}

describe("a PNG", () => {
  test("loses texts, times and Exif data, and no pixel", async () => {
    const png = await drawn(["-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "-"])
    const head = png.subarray(0, 33)
    const told = [
      pngChunk("tEXt", Buffer.from(`Location\0${homeInExif}`)),
      pngChunk("zTXt", Buffer.concat([Buffer.from("a\0\0"), deflateSync(homeInExif)])),
      pngChunk("iTXt", Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${homeInExif}`)),
      pngChunk("tIME", Buffer.alloc(7)),
      pngChunk("eXIf", exifWithPlace(8)),
      pngChunk("gAMA", Buffer.from([0, 0, 0xb1, 0x8f])),
    ]
    const file = Buffer.concat([head, ...told, png.subarray(33), Buffer.from(`PK\x03\x04${homeInExif}`)])
    const { type, width, height, bytes } = read(file)
    expect({ type, width, height }).toEqual({ type: "image/png", width: 160, height: 90 })
    expect(holds(bytes, homeInExif)).toBe(false)
    for (const gone of ["tEXt", "zTXt", "iTXt", "tIME", "PK\x03\x04"]) expect(holds(bytes, gone)).toBe(false)
    expect(holds(bytes, "gAMA")).toBe(true)
    const exif = Buffer.from(bytes).indexOf("eXIf")
    expect(bytes.slice(exif + 4, exif + 30)).toEqual(
      new Uint8Array(Buffer.from("4d4d002a00000008000101120003000000010008000000000000", "hex")),
    )
    await expectSamePixels(png, bytes)
  })

  test("that is none is refused, a bomb by what it says of itself", () => {
    expect(() => read(noisePng(2_000, 2_000))).toThrow("too many pixels")
    const bomb = pngOf(100_000, 100_000, deflateSync(Buffer.alloc(1_000_000)))
    expect(bomb.length).toBeLessThan(2_000)
    expect(() => read(bomb)).toThrow("too many pixels")
    expect(() => read(pngOf(0, 10, deflateSync(Buffer.alloc(10))))).toThrow("has no size")
    const png = noisePng(10, 10)
    expect(() => read(png.subarray(0, -1))).toThrow("ends early")
    expect(() => read(png.subarray(0, 40))).toThrow("ends early")
    expect(() => read(Buffer.concat([png.subarray(0, 33), png.subarray(-12)]))).toThrow("no picture")
    expect(() => read(noisePng(10, 10, [pngChunk("NEWS", Buffer.alloc(4))]))).toThrow("broken")
  })
})

describe("a GIF", () => {
  const gif = () => drawn(["-f", "gif", "-"])

  test("keeps its film and loses comments and what stands behind it", async () => {
    const film = await gif()
    const comment = Buffer.concat([
      Buffer.from([0x21, 0xfe, homeInExif.length]),
      Buffer.from(homeInExif),
      Buffer.from([0]),
    ])
    const xmpBlock = Buffer.concat([
      Buffer.from([0x21, 0xff, 11]),
      Buffer.from("XMP DataXMP"),
      Buffer.from([homeInExif.length]),
      Buffer.from(`${homeInExif}\0`),
    ])
    const body = 13 + 3 * 2 ** (((film[10] ?? 0) & 7) + 1)
    const file = Buffer.concat([
      film.subarray(0, body),
      comment,
      xmpBlock,
      film.subarray(body),
      Buffer.from(homeInExif),
    ])
    const { type, width, height, bytes } = read(file)
    expect({ type, width, height }).toEqual({ type: "image/gif", width: 160, height: 90 })
    expect(holds(bytes, homeInExif)).toBe(false)
    expect(holds(bytes, "NETSCAPE2.0")).toBe(true)
    expect((await pixelsOf(bytes)).split("\n").filter((line) => /^0,/.test(line)).length).toBe(5)
    await expectSamePixels(film, bytes)
  })

  test("that reaches beyond what it says, or breaks off, is refused", async () => {
    const film = await gif()
    expect(() => read(film.subarray(0, 1_000))).toThrow("ends early")
    expect(() => read(Buffer.concat([film.subarray(0, 13 + 768), Buffer.from([0x3b])]))).toThrow(/picture|early/)
    const wide = Buffer.from(film)
    const at = wide.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 160, 0]))
    wide.writeUInt16LE(65_535, at + 5)
    wide.writeUInt16LE(65_535, at + 7)
    expect(() => read(wide)).toThrow("too many pixels")
  })
})

describe("a WebP", () => {
  const extended = async () => {
    const plain = await drawn(["-frames:v", "1", "-c:v", "libwebp", "-f", "webp", "-"])
    return { plain, file: withWebpChunks(plain, 160, 90, 0x0c) }
  }

  test("loses Exif data and XMP, and no pixel", async () => {
    const { plain, file: build } = await extended()
    const file = build([
      riffChunk("EXIF", exifWithPlace(1)),
      riffChunk("XMP ", xmp),
      riffChunk("HOME", Buffer.from(homeInExif)),
    ])
    const { type, width, height, bytes } = read(Buffer.concat([file, Buffer.from(homeInExif)]))
    expect({ type, width, height }).toEqual({ type: "image/webp", width: 160, height: 90 })
    expect(holds(bytes, homeInExif)).toBe(false)
    // The flags of what is gone.
    expect((bytes[20] ?? 0) & 0x0c).toBe(0)
    expect(Buffer.from(bytes).readUInt32LE(4)).toBe(bytes.length - 8)
    await expectSamePixels(plain, bytes)
  })

  test("keeps how it lies", async () => {
    const { file: build } = await extended()
    const { bytes } = read(build([riffChunk("EXIF", Buffer.concat([Buffer.from("Exif\0\0"), exifWithPlace(3)]))]))
    expect(holds(bytes, homeInExif)).toBe(false)
    expect((bytes[20] ?? 0) & 0x0c).toBe(0x08)
    const exif = Buffer.from(bytes).indexOf("EXIF")
    expect(bytes[exif + 8 + 19]).toBe(3)
  })

  test("of both plain kinds and of the moving kind is measured inside too", async () => {
    const lossless = await drawn(["-frames:v", "1", "-c:v", "libwebp", "-lossless", "1", "-f", "webp", "-"])
    expect(read(lossless)).toMatchObject({ type: "image/webp", width: 160, height: 90 })
    const film = await drawn(["-c:v", "libwebp_anim", "-f", "webp", "-"])
    expect(read(film)).toMatchObject({ type: "image/webp", width: 160, height: 90 })
    // Nothing in it is not kept; ffmpeg writes two bytes behind its end.
    expect(Buffer.from(read(film).bytes).equals(film.subarray(0, 8 + film.readUInt32LE(4)))).toBe(true)

    const { plain } = await extended()
    const lying = Buffer.from(withWebpChunks(plain, 1, 1, 0)([]))
    const inner = lying.indexOf("VP8 ")
    lying.writeUInt16LE(16_000, inner + 8 + 6)
    lying.writeUInt16LE(16_000, inner + 8 + 8)
    expect(() => read(lying)).toThrow("too many pixels")
    expect(() => read(withWebpChunks(plain, 1, 1, 0)([]).subarray(0, 60))).toThrow("ends early")
    expect(() => read(Buffer.from("RIFF\x04\0\0\0WEBP"))).toThrow("no picture")
  })
})

describe("a HEIC or AVIF", () => {
  test("that ffmpeg writes is read as it is", async () => {
    const avif = await drawnAvif()
    const { type, width, height, bytes } = read(avif)
    expect({ type, width, height }).toEqual({ type: "image/avif", width: 160, height: 90 })
    expect(Buffer.from(bytes).equals(avif)).toBe(true)
  })

  test.each([
    ["in the file", 0],
    ["in a box of its own", 1],
  ] as const)("has its notes blotted out where they stand %s", (_, method) => {
    const film = Buffer.concat([Buffer.from("0000001c6d707664", "hex"), Buffer.from(`film ${homeInExif}`.padEnd(20))])
    const file = heifWith({ exif: exifWithPlace(6), xmp, method, behind: film })
    expect(holds(file, homeInExif)).toBe(true)
    const { type, width, height, bytes } = read(file)
    expect({ type, width, height }).toEqual({ type: "image/heic", width: 640, height: 480 })
    expect(holds(bytes, homeInExif)).toBe(false)
    expect(holds(bytes, "THE PICTURE")).toBe(true)
    expect(bytes.length).toBe(file.length)
  })

  test("that is none is refused", async () => {
    const avif = await drawnAvif()
    expect(() => read(Buffer.from("\0\0\0\x10ftypisom\0\0\0\0", "latin1"))).toThrow("of no kind")
    expect(() => read(avif.subarray(0, avif.length - 10))).toThrow("broken")
    expect(() => read(avif.subarray(0, avif.readUInt32BE(0)))).toThrow("no picture")
    expect(() => read(heifWith({ exif: exifWithPlace(1), xmp, method: 2 }))).toThrow("broken")
    expect(() => read(heifWith({ exif: exifWithPlace(1), xmp, method: 0, width: 20_000, height: 20_000 }))).toThrow(
      "pixels",
    )
    const film = Buffer.concat([avif, Buffer.from("00000008", "hex"), Buffer.from("moov")])
    expect(() => read(film)).toThrow("is a film")
  })
})

/** ffmpeg writes this container into files alone. */
async function drawnAvif(): Promise<Buffer> {
  const path = `/tmp/mili-${crypto.randomUUID()}.avif`
  try {
    await drawn(["-frames:v", "1", "-c:v", "libaom-av1", "-cpu-used", "8", "-still-picture", "1", path])
    return Buffer.from(await Bun.file(path).bytes())
  } finally {
    await Bun.file(path).delete()
  }
}

test("what is no picture at all is refused", () => {
  for (const text of ["", "<html>", "GIF", "\xff\xd8", "RIFF1234WAVE", "%PDF-1.7", "<svg xmlns=''/>", "BM1234"]) {
    expect(() => read(Buffer.from(text, "latin1"))).toThrow("is of no kind that can be shown")
  }
})
