import { expect, setDefaultTimeout, test } from "bun:test"
import fc from "fast-check"
import { ImageFault } from "../../src/images/format.ts"
import { type Image, readImage } from "../../src/images/image.ts"
import { drawn, drawnJpeg, exifSegment, exifWithPlace, noisePng, withSegments } from "../support/images.ts"
import { heifWith, riffChunk, withWebpChunks } from "./containers.ts"

setDefaultTimeout(30_000)

const exif = exifWithPlace(6)
const webp = await drawn(["-frames:v", "1", "-c:v", "libwebp", "-f", "webp", "-"])

const samples: [string, Buffer][] = [
  ["JPEG", withSegments(await drawnJpeg(), exifSegment(exif))],
  ["PNG", noisePng(8, 8)],
  ["GIF", await drawn(["-f", "gif", "-"])],
  ["WebP", withWebpChunks(webp, 160, 90, 8)([riffChunk("EXIF", exif)])],
  ["HEIC", heifWith({ exif, xmp: Buffer.from("<xmp/>"), method: 0 })],
]

test.each(samples)(
  "a %s with anything wrong with it is read or refused, and read again as it was kept",
  (_, sample) => {
    // What decides about a file is mostly at its beginning.
    const place = fc.oneof(fc.nat(200), fc.nat(sample.length - 1))
    const change = fc.record({ at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }), cut: fc.nat(8) })
    let readable = 0
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), fc.option(fc.nat(sample.length)), (changes, end) => {
        let file = sample
        for (const { at, bytes, cut } of changes) {
          file = Buffer.concat([file.subarray(0, at), bytes, file.subarray(at + cut)])
        }
        const image = readOrRefuse(file.subarray(0, end ?? file.length))
        if (!image) return
        readable += 1
        expect(readImage(image.bytes, { pixelsMax: 1e9 })).toEqual(image)
      }),
      { numRuns: 3_000, interruptAfterTimeLimit: 3_000 },
    )
    expect(readable).toBeGreaterThan(50)
  },
)

function readOrRefuse(file: Buffer): Image | undefined {
  try {
    return readImage(file, { pixelsMax: 1e9 })
  } catch (error) {
    expect(error).toBeInstanceOf(ImageFault)
    return undefined
  }
}
