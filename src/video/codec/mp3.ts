import type { AudioConfig } from "./decoder.ts"

const rates = [44_100, 48_000, 32_000]
/** By the header's version: MPEG 2.5, none, MPEG 2, MPEG 1. */
const divisors = [4, 0, 2, 1]

/** Reads the header of an MPEG audio frame of layer III (ISO 11172-3, 2.4.1.3). @returns undefined when it is none */
export function readMp3Frame(frame: Uint8Array): AudioConfig | undefined {
  const [first = 0, second = 0, third = 0, fourth = 0] = frame
  const isLayerThree = ((second >> 1) & 3) === 1
  const divisor = divisors[(second >> 3) & 3]
  const rate = rates[(third >> 2) & 3]
  if (first !== 0xff || second < 0xe0 || !isLayerThree || !divisor || !rate || frame.length < 4) return undefined
  return { codec: "mp3", description: undefined, sampleRate: rate / divisor, channels: fourth >> 6 === 3 ? 1 : 2 }
}
