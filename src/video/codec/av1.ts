import { BitReader, unlessCutShort } from "./bits.ts"
import type { VideoConfig } from "./decoder.ts"
import { type Size, sizeOf } from "./nal.ts"

const sequenceHeader = 1

/**
 * Reads an AV1CodecConfigurationRecord ("AV1 Codec ISO Media File Format Binding", 2.3.3).
 *
 * @returns undefined when it is malformed or carries no sequence header, which tells the size
 */
export function readAv1C(av1C: Uint8Array): VideoConfig | undefined {
  if (av1C[0] !== 0x81) return undefined
  return unlessCutShort(() => {
    const header = findSequenceHeader(av1C.subarray(4))
    const size = header && readSequenceHeader(new BitReader(header))
    return size && { codec: codecOf(av1C), description: av1C, ...size }
  })
}

/** The binding's section 5; its optional parts are left out, as they may be. */
function codecOf(av1C: Uint8Array): string {
  const bits = new BitReader(av1C.subarray(1))
  const profile = bits.bits(3)
  const level = bits.bits(5)
  const tier = bits.flag() ? "H" : "M"
  const [isHigh, isTwelve] = [bits.flag(), bits.flag()]
  const depth = isHigh ? (isTwelve ? 12 : 10) : 8
  return `av01.${profile}.${twoDigits(level)}${tier}.${twoDigits(depth)}`
}

const twoDigits = (value: number) => String(value).padStart(2, "0")

function findSequenceHeader(obus: Uint8Array): Uint8Array | undefined {
  const bits = new BitReader(obus)
  while (bits.left > 0) {
    bits.skip(1)
    const type = bits.bits(4)
    const [hasExtension, hasSize] = [bits.flag(), bits.flag()]
    bits.skip(hasExtension ? 9 : 1)
    const size = hasSize ? readLeb128(bits) : bits.left / 8
    const start = obus.length - bits.left / 8
    bits.skip(size * 8)
    if (type === sequenceHeader) return obus.subarray(start, start + size)
  }
  return undefined
}

function readLeb128(bits: BitReader): number {
  let value = 0
  for (let n = 0; n < 8; n++) {
    const isMore = bits.flag()
    value += bits.bits(7) * 128 ** n
    if (!isMore) break
  }
  return value
}

/** `sequence_header_obu()` of the AV1 specification, 5.5.1, as far as the size. */
function readSequenceHeader(bits: BitReader): Size | undefined {
  bits.skip(4)
  const isReduced = bits.flag()
  if (isReduced) bits.skip(5)
  else skipOperatingPoints(bits)
  const widthBits = bits.bits(4) + 1
  const heightBits = bits.bits(4) + 1
  return sizeOf(bits.bits(widthBits) + 1, bits.bits(heightBits) + 1)
}

function skipOperatingPoints(bits: BitReader): void {
  const delayBits = bits.flag() ? readTiming(bits) : undefined
  const hasDisplayDelay = bits.flag()
  const count = bits.bits(5) + 1
  for (let point = 0; point < count; point++) {
    bits.skip(12)
    if (bits.bits(5) > 7) bits.skip(1)
    if (delayBits !== undefined && bits.flag()) bits.skip(2 * delayBits + 1)
    if (hasDisplayDelay && bits.flag()) bits.skip(4)
  }
}

/** @returns how long the decoder model's delays are, in bits, or undefined without a model */
function readTiming(bits: BitReader): number | undefined {
  bits.skip(64)
  if (bits.flag()) bits.unsigned()
  if (!bits.flag()) return undefined
  const delayBits = bits.bits(5) + 1
  bits.skip(42)
  return delayBits
}
