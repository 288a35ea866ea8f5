import { BitReader, unlessCutShort } from "./bits.ts"
import type { VideoConfig } from "./decoder.ts"
import { chromaSharing, type Size, sizeOf, unescapeNal } from "./nal.ts"

const spsType = 33

/** Reads an HEVCDecoderConfigurationRecord (ISO 14496-15, 8.3.3.1). @returns undefined when it is malformed */
export function readHvcC(hvcC: Uint8Array): VideoConfig | undefined {
  return unlessCutShort(() => {
    const sps = findSps(hvcC)
    const size = sps && readSps(new BitReader(unescapeNal(sps.subarray(2))))
    return size && { codec: codecOf(hvcC), description: hvcC, ...size }
  })
}

function findSps(hvcC: Uint8Array): Uint8Array | undefined {
  if (hvcC[0] !== 1) return undefined
  const bits = new BitReader(hvcC)
  bits.skip(22 * 8)
  const arrays = bits.bits(8)
  for (let array = 0; array < arrays; array++) {
    const type = bits.bits(8) & 63
    const count = bits.bits(16)
    for (let n = 0; n < count; n++) {
      const length = bits.bits(16)
      const start = hvcC.length - bits.left / 8
      bits.skip(length * 8)
      if (type === spsType) return hvcC.subarray(start, start + length)
    }
  }
  return undefined
}

/** ISO 14496-15, annex E.3: profile, compatibility with its bits reversed, tier and level, constraints without trailing zeros. */
function codecOf(hvcC: Uint8Array): string {
  const bits = new BitReader(hvcC)
  bits.skip(8)
  const space = ["", "A", "B", "C"][bits.bits(2)]
  const tier = bits.flag() ? "H" : "L"
  const profile = bits.bits(5)
  let compatibility = 0
  for (let n = 0; n < 32; n++) compatibility += bits.bits(1) * 2 ** n
  const constraints = [...hvcC.subarray(6, 12)]
  while (constraints.at(-1) === 0) constraints.pop()
  const parts = [`${space}${profile}`, compatibility.toString(16), `${tier}${hvcC[12] ?? 0}`]
  return `hvc1.${[...parts, ...constraints.map((byte) => byte.toString(16))].join(".").toUpperCase()}`
}

function readSps(bits: BitReader): Size | undefined {
  bits.skip(4)
  const subLayers = bits.bits(3)
  bits.skip(1)
  skipProfile(bits, subLayers)
  bits.unsigned()

  const chroma = bits.unsigned()
  const isSeparate = chroma === 3 && bits.flag()
  const width = bits.unsigned()
  const height = bits.unsigned()
  const crop = () => bits.unsigned() + bits.unsigned()
  const [sides, ends] = bits.flag() ? [crop(), crop()] : [0, 0]
  const unit = chromaSharing[isSeparate ? 0 : chroma]
  return unit && sizeOf(width - sides * unit.width, height - ends * unit.height)
}

/** `profile_tier_level()` of ISO 23008-2, 7.3.3. */
function skipProfile(bits: BitReader, subLayers: number): void {
  bits.skip(96)
  const layers = Array.from({ length: subLayers }, () => ({ hasProfile: bits.flag(), hasLevel: bits.flag() }))
  if (subLayers > 0) bits.skip(2 * (8 - subLayers))
  for (const { hasProfile, hasLevel } of layers) bits.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0))
}
