import { readAv1C } from "./av1.ts"
import { readAvcC } from "./avc.ts"
import type { VideoConfig } from "./decoder.ts"
import { readHvcC } from "./hevc.ts"

export type VideoCodec = "avc" | "hevc" | "av1" | "vp9"

/** What the first bytes of an FLV video tag's body tell. */
export interface VideoTag {
  codec: VideoCodec
  /** The body carries the decoder's configuration, no frame. */
  isConfig: boolean
  /** A frame that needs no earlier one. */
  isKey: boolean
  /** How long after it is decoded the frame is shown, in milliseconds; may be negative. */
  compositionOffset: number
  /** Where the configuration or the frame begins in the body. */
  dataOffset: number
}

const legacyCodecs: Record<number, VideoCodec> = { 7: "avc", 12: "hevc" }
const fourCcs: Record<string, VideoCodec> = { avc1: "avc", hvc1: "hevc", av01: "av1", vp09: "vp9" }
/** The packet types of Enhanced RTMP; legacy AVC has the first two. */
const sequenceStart = 0
const codedFrames = 1
const codedFramesX = 3

/**
 * Reads the header of an FLV video tag's body: AVC as in Adobe's FLV 10.1, HEVC as its codec 12, and Enhanced RTMP v1.
 *
 * @returns undefined for what carries nothing to decode (ends of sequences, commands, HDR metadata), for other codecs and
 * multitrack tags, and for garbage
 */
export function describeVideo(body: Uint8Array): VideoTag | undefined {
  const first = body[0] ?? 0
  const frameType = (first >> 4) & 7
  const header = first & 0x80 ? readEnhanced(body, first & 15) : readLegacy(body, first & 15)
  if (!header || frameType === 0 || frameType > 4 || body.length <= header.dataOffset) return undefined
  // A key frame, or one that a server made.
  const isKey = !header.isConfig && (frameType === 1 || frameType === 4)
  return { ...header, isKey }
}

type Header = Omit<VideoTag, "isKey">

function readLegacy(body: Uint8Array, codecId: number): Header | undefined {
  const codec = legacyCodecs[codecId]
  const type = body[1]
  if (!codec || (type !== sequenceStart && type !== codedFrames)) return undefined
  return { codec, isConfig: type === sequenceStart, compositionOffset: signed24(body, 2), dataOffset: 5 }
}

function readEnhanced(body: Uint8Array, type: number): Header | undefined {
  const codec = fourCcs[String.fromCharCode(...body.subarray(1, 5))]
  if (!codec) return undefined
  const isConfig = type === sequenceStart
  if (type === codedFrames && (codec === "avc" || codec === "hevc")) {
    return { codec, isConfig, compositionOffset: signed24(body, 5), dataOffset: 8 }
  }
  const isKnown = isConfig || type === codedFrames || type === codedFramesX
  return isKnown ? { codec, isConfig, compositionOffset: 0, dataOffset: 5 } : undefined
}

const signed24 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8)) >> 8

/**
 * Reads the decoder's configuration.
 *
 * @returns undefined when the body carries none or a malformed one, and for VP9, whose configuration does not tell the size
 */
export function readVideoConfig(body: Uint8Array): VideoConfig | undefined {
  const tag = describeVideo(body)
  if (!tag?.isConfig) return undefined
  const description = body.subarray(tag.dataOffset)
  switch (tag.codec) {
    case "avc":
      return readAvcC(description)
    case "hevc":
      return readHvcC(description)
    case "av1":
      return readAv1C(description)
    case "vp9":
      return undefined
  }
}
