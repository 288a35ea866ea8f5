import type { HlsLimits } from "./limits.ts"
import { initFile, type Listed, mediaPlaylist, multivariantPlaylist, segmentFile, targetDuration } from "./playlist.ts"
import type { Init, Segment } from "./segment.ts"

interface Kept extends Listed {
  blob: Blob
  init: Init
  sequence: number
  /** How many discontinuities there were up to this segment, its own too. */
  discontinuities: number
}

/** The last segments of a live stream: those in the playlist, and some before them for players that are behind. */
export class Window {
  private kept: Kept[] = []
  private sequence: number
  private discontinuities: number
  private target: number
  isOver = false
  /** What it holds, in bytes. */
  bytes = 0

  /**
   * @param first numbers the first segment, and an hour's worth of it the discontinuities before it. It must rise with
   * time: a player that comes back after the packaging stopped for a while, or the server did, takes lower numbers for
   * old news.
   */
  constructor(
    first: number,
    private readonly limits: HlsLimits,
  ) {
    this.sequence = first
    // hls.js walks through an array as long as this number for every playlist.
    this.discontinuities = Math.floor(first / 3_600)
    this.target = Math.ceil(limits.targetMs / 1_000)
  }

  get isEmpty(): boolean {
    return this.kept.length === 0
  }

  add(segment: Segment): void {
    const { init, seconds, isDiscontinuous, date, bytes } = segment
    const sequence = this.sequence++
    if (isDiscontinuous) this.discontinuities += 1
    this.target = Math.max(this.target, targetDuration(seconds))
    this.kept.push({
      ...{ init, seconds, isDiscontinuous, date, sequence },
      file: segmentFile(sequence),
      // Answers share a blob's bytes, an array's they would copy.
      blob: new Blob([bytes]),
      size: bytes.length,
      discontinuities: this.discontinuities,
    })
    this.bytes += bytes.length
    this.trim(this.limits.listed + this.limits.spare)
    while (this.bytes > this.limits.streamBytesMax && this.kept.length > this.limits.listedMin) {
      this.trim(this.kept.length - 1)
    }
  }

  /** Keeps the last `most` segments. */
  trim(most: number): void {
    for (const { size } of this.kept.splice(0, Math.max(this.kept.length - most, 0))) this.bytes -= size
  }

  playlist(query: string): string {
    const segments = this.kept.slice(-this.limits.listed)
    const [first] = segments
    return mediaPlaylist(
      {
        segments,
        targetDuration: this.target,
        sequence: first?.sequence ?? this.sequence,
        discontinuitySequence: (first?.discontinuities ?? this.discontinuities) - (first?.isDiscontinuous ? 1 : 0),
        isRecording: false,
        isOver: this.isOver,
      },
      query,
    )
  }

  multivariant(query: string): string {
    return multivariantPlaylist(this.kept.slice(-this.limits.listed), query)
  }

  /** @returns the segment or init segment of that name, if it is still there */
  file(name: string): Blob | undefined {
    const segment = this.kept.find(({ file }) => file === name)
    if (segment) return segment.blob
    const init = this.kept.find(({ init }) => initFile(init.id) === name)?.init
    return init && new Blob([init.bytes])
  }
}
