/** The payload of an H.264 or HEVC NAL unit without the bytes that keep it from looking like a start code. */
export function unescapeNal(nal: Uint8Array): Uint8Array {
  const payload = new Uint8Array(nal.length)
  let length = 0
  let zeros = 0
  for (const byte of nal) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    payload[length] = byte
    length += 1
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return payload.subarray(0, length)
}

/** The size of a picture in pixels. */
export interface Size {
  width: number
  height: number
}

/** How many luma samples share one chroma sample, by `chroma_format_idc`. */
export const chromaSharing: readonly Size[] = [
  { width: 1, height: 1 },
  { width: 2, height: 2 },
  { width: 2, height: 1 },
  { width: 1, height: 1 },
]

/** The largest side that any level of the codecs here allows, in pixels, generously. */
const sideMax = 16_384

/** @returns undefined for a size that no decoder takes */
export function sizeOf(width: number, height: number): Size | undefined {
  const isSound = width > 0 && height > 0 && width <= sideMax && height <= sideMax
  return isSound ? { width, height } : undefined
}
