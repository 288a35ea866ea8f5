import type { AudioClock } from "./audio_clock.ts"
import type { AudioTrack, VideoTrack } from "./segment.ts"

/** An encoded frame; times are in milliseconds since the stream began. */
export interface Frame {
  /** When it is shown or heard. */
  at: number
  decodedAt: number
  bytes: Uint8Array
  isKey: boolean
}

/** A track's part of a segment: no frames where there are some in other segments. */
interface Part<Track> {
  track: Track
  frames: Frame[]
  /** When the next segment's first frame is decoded, in milliseconds since the stream began. */
  decodeEnd: number
}

/** A segment's frames, all there. */
export interface SealedDraft {
  video: Part<VideoTrack> | undefined
  audio: Part<AudioTrack> | undefined
  /** Milliseconds since the stream began. */
  start: number
  /** Where the next one begins. */
  end: number
  /** Time was lost before it. */
  isAfterGap: boolean
  bytes: number
}

interface Ending {
  video: VideoTrack | undefined
  audio: { track: AudioTrack; clock: AudioClock } | undefined
  /** The frame that begins the next segment, if one does. */
  next: Pick<Frame, "at" | "decodedAt"> | undefined
  isAfterGap: boolean
}

/** A guess for a lone frame. */
const videoFrameMs = 33

/** The frames of a segment that is growing; its first video frame is a key frame. */
export class Draft {
  readonly video: Frame[] = []
  readonly audio: Frame[] = []
  bytes = 0
  private latest = 0

  get frames(): number {
    return this.video.length + this.audio.length
  }

  get isEmpty(): boolean {
    return this.frames === 0
  }

  /** Where there is video it decides. */
  get start(): number {
    return (this.video[0] ?? this.audio[0])?.at ?? 0
  }

  get span(): number {
    return this.isEmpty ? 0 : this.latest - this.start
  }

  add(kind: "video" | "audio", frame: Frame): void {
    this.latest = this.isEmpty ? frame.at : Math.max(this.latest, frame.at)
    this.bytes += frame.bytes.length
    this[kind].push(frame)
  }

  seal({ video, audio, next, isAfterGap }: Ending): SealedDraft {
    const audioEnd = (this.audio.at(-1)?.at ?? 0) + (audio?.clock.frameMs ?? 0)
    const end = Math.max(next?.at ?? Math.max(this.videoEnd(), audioEnd), this.start + 1)
    return {
      video: video && { track: video, frames: this.video, decodeEnd: next?.decodedAt ?? this.decodeEnd(end) },
      audio: audio && { track: audio.track, frames: this.audio, decodeEnd: audioEnd },
      start: this.start,
      end,
      isAfterGap,
      bytes: this.bytes,
    }
  }

  private get lastShown(): number {
    return this.video.reduce((latest, { at }) => Math.max(latest, at), 0)
  }

  /** As far as is known when nothing follows: the last frame is shown for as long as they are on average. */
  private videoEnd(): number {
    if (this.video.length === 0) return 0
    const { lastShown } = this
    return lastShown + (this.video.length > 1 ? (lastShown - this.start) / (this.video.length - 1) : videoFrameMs)
  }

  private decodeEnd(end: number): number {
    return (this.video.at(-1)?.decodedAt ?? 0) + Math.max(end - this.lastShown, 1)
  }
}
