import { BitReader, unlessCutShort } from "./bits.ts"
import type { VideoConfig } from "./decoder.ts"
import { chromaSharing, type Size, sizeOf, unescapeNal } from "./nal.ts"

/** Profiles whose SPS tells the chroma format, the bit depths and scaling lists (ISO 14496-10, 7.3.2.1.1). */
const highProfiles = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])

/** Reads an AVCDecoderConfigurationRecord (ISO 14496-15, 5.3.3.1). @returns undefined when it is malformed */
export function readAvcC(avcC: Uint8Array): VideoConfig | undefined {
  if (avcC.length < 8 || avcC[0] !== 1) return undefined
  const spsCount = (avcC[5] ?? 0) & 31
  const length = ((avcC[6] ?? 0) << 8) | (avcC[7] ?? 0)
  if (spsCount === 0 || length < 4 || 8 + length > avcC.length) return undefined

  const sps = avcC.subarray(8, 8 + length)
  if (((sps[0] ?? 0) & 31) !== 7) return undefined
  const size = unlessCutShort(() => readSps(new BitReader(unescapeNal(sps.subarray(1)))))
  const profile = Buffer.from(sps.subarray(1, 4)).toString("hex")
  return size && { codec: `avc1.${profile}`, description: avcC, ...size }
}

function readSps(bits: BitReader): Size | undefined {
  const profile = bits.bits(8)
  bits.skip(16)
  bits.unsigned()
  const chroma = highProfiles.has(profile) ? readChroma(bits) : 1
  bits.unsigned()
  skipPictureOrder(bits)
  bits.unsigned()
  bits.skip(1)

  const columns = bits.unsigned() + 1
  const mapRows = bits.unsigned() + 1
  const fields = bits.flag() ? 1 : 2
  if (fields === 2) bits.skip(1)
  bits.skip(1)
  const [left = 0, right = 0, top = 0, bottom = 0] = bits.flag() ? readCrop(bits) : []
  const unit = chromaSharing[chroma]
  if (!unit) return undefined
  const width = columns * 16 - (left + right) * unit.width
  return sizeOf(width, fields * (mapRows * 16 - (top + bottom) * unit.height))
}

/** @returns `ChromaArrayType` */
function readChroma(bits: BitReader): number {
  const chroma = bits.unsigned()
  const isSeparate = chroma === 3 && bits.flag()
  bits.unsigned()
  bits.unsigned()
  bits.skip(1)
  if (bits.flag()) skipScalingLists(bits, chroma === 3 ? 12 : 8)
  return isSeparate ? 0 : chroma
}

function skipScalingLists(bits: BitReader, count: number): void {
  for (let list = 0; list < count; list++) {
    if (bits.flag()) skipScalingList(bits, list < 6 ? 16 : 64)
  }
}

function skipScalingList(bits: BitReader, length: number): void {
  let scale = 8
  for (let n = 0; n < length; n++) {
    scale = (scale + bits.signed()) & 255
    // The rest of the list repeats the last value.
    if (scale === 0) return
  }
}

function skipPictureOrder(bits: BitReader): void {
  const type = bits.unsigned()
  if (type === 0) bits.unsigned()
  if (type !== 1) return
  bits.skip(1)
  bits.signed()
  bits.signed()
  const cycle = bits.unsigned()
  for (let n = 0; n < cycle; n++) bits.signed()
}

const readCrop = (bits: BitReader) => [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()]
