import { BitReader, unlessCutShort } from "./bits.ts"
import type { AudioConfig } from "./decoder.ts"

const rates = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350]
/** Channels by `channelConfiguration`; 0 tells them elsewhere and is not sent live. */
const layouts: Record<number, number> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 8, 11: 7, 12: 8, 14: 8 }

const lowComplexity = 2
/** Spectral band replication doubles the rate; parametric stereo makes two channels of one. */
const spectralBands = 5
const parametricStereo = 29
/** Marks an extension that older decoders do not see (ISO 14496-3, 1.6.6). */
const bandsMark = 0x2b7
const stereoMark = 0x548

/** Reads an AudioSpecificConfig (ISO 14496-3, 1.6.2.1). @returns undefined when it is malformed */
export function readAudioSpecificConfig(config: Uint8Array): AudioConfig | undefined {
  return unlessCutShort(() => {
    const bits = new BitReader(config)
    const declared = readObjectType(bits)
    const coreRate = readRate(bits)
    const layout = layouts[bits.bits(4)]
    const isExtended = declared === spectralBands || declared === parametricStereo
    const outer = isExtended ? { type: declared, rate: readRate(bits) } : undefined
    const core = isExtended ? readObjectType(bits) : declared
    const extension = outer ?? (core === lowComplexity ? readHidden(bits) : undefined)
    const type = extension?.type ?? core
    const sampleRate = extension?.rate ?? coreRate
    const channels = layout === 1 && type === parametricStereo ? 2 : layout
    if (!sampleRate || !channels || type === 0) return undefined
    return { codec: `mp4a.40.${type}`, description: config, sampleRate, channels }
  })
}

function readObjectType(bits: BitReader): number {
  const type = bits.bits(5)
  return type === 31 ? 32 + bits.bits(6) : type
}

function readRate(bits: BitReader): number | undefined {
  const index = bits.bits(4)
  return index === 15 ? bits.bits(24) : rates[index]
}

/** What follows the low-complexity configuration for decoders that know of it. */
function readHidden(bits: BitReader): { type: number; rate: number | undefined } | undefined {
  if (bits.left < 3) return undefined
  bits.skip(1)
  if (bits.flag()) bits.skip(14)
  bits.skip(1)
  if (bits.left < 17 || bits.bits(11) !== bandsMark || readObjectType(bits) !== spectralBands || !bits.flag()) {
    return undefined
  }
  const rate = readRate(bits)
  const isStereo = bits.left >= 12 && bits.bits(11) === stereoMark && bits.flag()
  return { type: isStereo ? parametricStereo : spectralBands, rate }
}
