import type { Run } from "./fragment_reader.ts"

/** What an MP4 file tells of one track's frames; times are in the track's units. Some ten bytes a frame. */
export class SampleTable {
  readonly sizes: number[] = []
  /** Frames and their common duration, pair after pair; the same for composition offsets. */
  readonly durations: number[] = []
  readonly offsets: number[] = []
  /** The numbers of the key frames, from 1. */
  readonly keys: number[] = []
  /** Where runs of frames begin in the file's data. */
  readonly chunks: number[] = []
  /** From which chunk on there are how many frames in each, triple after triple; the third is 1. */
  readonly chunkSizes: number[] = []
  /** When the first frame is decoded, on the recording's clock; may be negative. */
  start = 0
  /** When the last of them is over. */
  shownEnd = 0
  private latest: number | undefined
  private latestDuration = 0

  constructor(readonly kind: "video" | "audio") {}

  /**
   * @param shift from the segment's clock to the recording's
   * @param position of the segment's first frame in the file's data
   */
  add(run: Run, shift: number, position: number): void {
    const before = this.sizes.length
    let decodedAt = run.decodeTime + shift
    let at = position
    for (let index = 0; index < run.count; index++) {
      const frame = run.frame(index)
      const isLate = this.latest !== undefined && decodedAt < this.latest
      // After a gap the first frames may come before the last ones from before it. Sound can do without them.
      if (isLate && this.kind === "audio") at += frame.size
      else {
        if (this.sizes.length === before) this.chunks.push(at)
        this.append(Math.max(decodedAt, this.latest ?? decodedAt), decodedAt + frame.offset, frame)
      }
      decodedAt += frame.duration
    }
    if (this.sizes.length > before) this.countChunk(this.sizes.length - before)
  }

  /** The track's length, the last frame included. */
  get duration(): number {
    return this.latest === undefined ? 0 : this.latest + this.latestDuration - this.start
  }

  /** To be called after the last frame, whose duration is its own. */
  end(): void {
    if (this.latest !== undefined) extend(this.durations, this.latestDuration)
  }

  private append(decodedAt: number, shownAt: number, frame: { duration: number; size: number; isKey: boolean }) {
    if (this.latest === undefined) this.start = decodedAt
    else extend(this.durations, decodedAt - this.latest)
    this.latest = decodedAt
    this.latestDuration = frame.duration
    this.shownEnd = Math.max(this.shownEnd, shownAt + frame.duration)
    this.sizes.push(frame.size)
    extend(this.offsets, shownAt - decodedAt)
    if (frame.isKey && this.kind === "video") this.keys.push(this.sizes.length)
  }

  private countChunk(frames: number) {
    if (this.chunkSizes.at(-2) !== frames) this.chunkSizes.push(this.chunks.length, frames, 1)
  }
}

/** Counts a value that is the same as the last one together with it. */
function extend(pairs: number[], value: number) {
  if (pairs.length > 0 && pairs.at(-1) === value) pairs[pairs.length - 2] = (pairs.at(-2) ?? 0) + 1
  else pairs.push(1, value)
}
