import type { AudioTrack } from "./segment.ts"

/**
 * Spaces sound evenly: a host's timestamps are whole milliseconds, and a decoder that believed them would hear gaps and
 * overlaps of a fraction of one between all frames.
 */
export class AudioClock {
  /** How long a frame sounds, in milliseconds. */
  readonly frameMs: number
  private readonly slack: number
  private next: number | undefined

  constructor({ codec, config }: AudioTrack) {
    this.frameMs = (samplesPerFrame(codec, config) * 1_000) / config.sampleRate
    this.slack = Math.max(slackMs, 2 * this.frameMs)
  }

  /**
   * @param at the host's time of a frame, in milliseconds
   * @returns its even time; the host's own after a gap; undefined for a frame too many, which is to be left out
   */
  time(at: number): number | undefined {
    const even = this.next ?? at
    if (at < even - this.slack) return undefined
    const time = at > even + this.slack ? at : even
    this.next = time + this.frameMs
    return time
  }
}

/** Further from the host's time than this the even one is given up. */
const slackMs = 50

/** High-efficiency AAC doubles the rate of what it decodes; MP3 has half frames at its low rates. */
function samplesPerFrame(codec: AudioTrack["codec"], config: AudioTrack["config"]): number {
  if (codec === "mp3") return config.sampleRate < 32_000 ? 576 : 1_152
  return config.codec === "mp4a.40.2" ? 1_024 : 2_048
}
