import type { AudioCodec } from "../codec/audio.ts"
import type { AudioConfig, VideoConfig } from "../codec/decoder.ts"
import type { VideoCodec } from "../codec/video.ts"

export interface VideoTrack {
  codec: VideoCodec
  config: VideoConfig
  /**
   * How long after its decoding a frame may be shown at least, in milliseconds; 0 where they are shown in the order
   * they come.
   */
  delayMs: number
}

export interface AudioTrack {
  codec: AudioCodec
  config: AudioConfig
}

/** What the segments' decoders need first: an MP4 file without frames. */
export interface Init {
  /** The same for the same decoders, also after a restart: 16 hex digits. */
  id: string
  bytes: Uint8Array<ArrayBuffer>
  /** As a multivariant playlist lists them, such as `avc1.64001f,mp4a.40.2`. */
  codecs: string
  /** In pixels; undefined without video. */
  size: { width: number; height: number } | undefined
}

/** A piece of a stream that can be played from its beginning, as a fragment of an MP4 file. */
export interface Segment {
  init: Init
  bytes: Uint8Array<ArrayBuffer>
  /** When it begins, in seconds since the stream began: the timestamps inside count from there too. */
  start: number
  seconds: number
  /** It does not follow from the one before: time was lost or the decoders are others. */
  isDiscontinuous: boolean
  /** When it was sent, in milliseconds since 1970. */
  date: number
  /** How many frames of each kind it holds. */
  frames: { video: number; audio: number }
}

/** Who is given every segment of a stream. Nothing it does may throw or wait. */
export interface SegmentSink {
  segment(segment: Segment): void
  /** The stream is over, and so are its segments. */
  ended(): void
}
