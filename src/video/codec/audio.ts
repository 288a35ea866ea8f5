import { readAudioSpecificConfig } from "./aac.ts"
import type { AudioConfig } from "./decoder.ts"
import { readMp3Frame } from "./mp3.ts"

export type AudioCodec = "aac" | "mp3"

/** What the first bytes of an FLV audio tag's body tell. */
export interface AudioTag {
  codec: AudioCodec
  /** The body carries the decoder's configuration, no sound. */
  isConfig: boolean
  /** Where the configuration or the sound begins in the body. */
  dataOffset: number
}

const mp3 = 2
const aac = 10
/** MP3 at 8 kHz, which the rates of the tag's own header lack. */
const mp3Slow = 14

/** Reads the header of an FLV audio tag's body. @returns undefined for other codecs, for an empty tag, and for garbage */
export function describeAudio(body: Uint8Array): AudioTag | undefined {
  const format = (body[0] ?? 0) >> 4
  const tag = format === aac ? readAac(body[1]) : format === mp3 || format === mp3Slow ? mp3Tag : undefined
  return tag && body.length > tag.dataOffset ? tag : undefined
}

const mp3Tag: AudioTag = { codec: "mp3", isConfig: false, dataOffset: 1 }

const readAac = (type: number | undefined): AudioTag | undefined =>
  type === 0 || type === 1 ? { codec: "aac", isConfig: type === 0, dataOffset: 2 } : undefined

/**
 * Reads the decoder's configuration: of AAC from the body that carries it, of MP3, which has none, from any frame.
 *
 * @returns undefined when the body does not tell it
 */
export function readAudioConfig(body: Uint8Array): AudioConfig | undefined {
  const tag = describeAudio(body)
  const data = tag && body.subarray(tag.dataOffset)
  if (!data || tag.isConfig !== (tag.codec === "aac")) return undefined
  return tag.codec === "aac" ? readAudioSpecificConfig(data) : readMp3Frame(data)
}
