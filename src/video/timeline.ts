/** A publisher's clock that moves by more than this between two packets has been set anew, in milliseconds. */
const jumpMax = 10_000
/** So is one that goes back by more than this among the frames of a kind, which come in order. */
const backMax = 1_000
/** What is left free between the last frame of one clock and the first of the next, in milliseconds. */
const gap = 40
/** A frame that claims to be shown later than this after its decoding is not believed, in milliseconds. */
const offsetMax = 2_000

/** Maps publishers' timestamps to the stream's own time, which goes on where the last publisher's clock ended. */
export class Timeline {
  /** The publisher's last timestamp, and where it stands in the stream. */
  private timestamp: number | undefined
  private at = 0
  /** When the last of the frames so far is shown. */
  private end: number | undefined
  private readonly latest = { video: 0, audio: 0 }

  /** The next timestamp is of another clock. */
  restart(): void {
    this.timestamp = undefined
  }

  /** When the last packet of a kind came, for what has no time of its own. */
  last(kind: "video" | "audio"): number {
    return this.latest[kind]
  }

  /**
   * @param timestamp the publisher's, in milliseconds modulo 2^32
   * @param compositionOffset how much later it is shown, in milliseconds
   * @returns when it is to be decoded, in milliseconds since the stream began, never before one of its kind
   */
  place(kind: "video" | "audio", timestamp: number, compositionOffset: number): number {
    const step = this.timestamp === undefined ? Number.NaN : (timestamp - this.timestamp) | 0
    const next = this.at + step
    const isContinued = Math.abs(step) <= jumpMax && next >= this.latest[kind] - backMax
    this.at = isContinued ? next : this.end === undefined ? 0 : this.end + gap
    this.timestamp = timestamp

    const at = Math.max(this.at, this.latest[kind])
    this.latest[kind] = at
    const shown = at + Math.min(Math.max(compositionOffset, 0), offsetMax)
    this.end = Math.max(this.end ?? 0, shown)
    return at
  }
}
