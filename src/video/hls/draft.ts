import type { AudioClock } from "./audio_clock.ts"
import type { AudioTrack, VideoTrack } from "./segment.ts"

/** An encoded frame, and when it is shown or heard, in milliseconds since the stream began. */
export interface Frame {
  at: number
  bytes: Uint8Array
  isKey: boolean
}

/** A track's part of a segment, in decoding order: no frames where there are some in other segments. */
interface Part<Track> {
  track: Track
  frames: Frame[]
  /** How long the last one of them is shown or heard, in milliseconds since the stream began. */
  end: number
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
  /** When the next segment begins, if one does, in milliseconds since the stream began. */
  next: number | undefined
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
    const end = Math.max(next ?? Math.max(this.videoEnd(), audioEnd), this.start + 1)
    return {
      video: video && { track: video, frames: this.video, end },
      audio: audio && { track: audio.track, frames: this.audio, end: audioEnd },
      start: this.start,
      end,
      isAfterGap,
      bytes: this.bytes,
    }
  }

  /** As far as is known when nothing follows: the last frame is shown for as long as they are on average. */
  private videoEnd(): number {
    if (this.video.length === 0) return 0
    const last = this.video.reduce((latest, { at }) => Math.max(latest, at), 0)
    return last + (this.video.length > 1 ? (last - this.start) / (this.video.length - 1) : videoFrameMs)
  }
}
