/** What a decoder of video is set up with. */
export interface VideoConfig {
  /** As RFC 6381 has it: `avc1.64001f`, `hvc1.1.6.L93.B0`, `av01.0.04M.08`. */
  codec: string
  /** The record an MP4 file carries: avcC, hvcC or av1C without the box's header. */
  description: Uint8Array
  /** What is shown, in pixels, after cropping. */
  width: number
  height: number
}

/** What a decoder of sound is set up with. */
export interface AudioConfig {
  /** As RFC 6381 has it: `mp4a.40.2`; `mp3`. */
  codec: string
  /** The AudioSpecificConfig of AAC; MP3 has none. */
  description: Uint8Array | undefined
  /** What comes out of the decoder, in Hz. */
  sampleRate: number
  channels: number
}

export type DecoderConfig = VideoConfig | AudioConfig
