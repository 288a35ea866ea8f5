/** A publisher's clock that moves by more than this between two packets has been set anew, in milliseconds. */
const jumpMax = 10_000
/** So is one that goes back by more than this among the frames of a kind, which come in order. */
const backMax = 1_000
/** A frame that claims to be shown later than this after its decoding is not believed, in milliseconds. */
const offsetMax = 2_000
/** Steps between frames that are taken for their duration, in milliseconds. */
const [durationMin, durationMax] = [5, 100]

/** The frames of one kind so far, in milliseconds. */
interface Track {
  /** When the last one is decoded. */
  latest: number
  /** When the last one to be shown is. */
  shown: number
  /** For how long. */
  duration: number
  /** Where the last clock's end and the present one must not overlap. */
  floor: number
  isEmpty: boolean
}

/** Maps publishers' timestamps to the stream's own time, which goes on where the last publisher's clock ended. */
export class Timeline {
  /** The publisher's last timestamp, and where it stands in the stream. */
  private timestamp: number | undefined
  private at = 0
  private readonly tracks: Record<"video" | "audio", Track> = {
    video: { latest: 0, shown: 0, duration: 40, floor: 0, isEmpty: true },
    audio: { latest: 0, shown: 0, duration: 23, floor: 0, isEmpty: true },
  }

  /** The next timestamp is of another clock. */
  restart(): void {
    this.timestamp = undefined
  }

  /** When the last packet of a kind came, for what has no time of its own. */
  last(kind: "video" | "audio"): number {
    return this.tracks[kind].latest
  }

  /**
   * @param timestamp the publisher's, in milliseconds modulo 2^32
   * @param compositionOffset how much later it is shown, in milliseconds
   * @returns when it is to be decoded, in milliseconds since the stream began, never before one of its kind; undefined for
   * sound of a new clock that falls on sound of the last one
   */
  place(kind: "video" | "audio", timestamp: number, compositionOffset: number): number | undefined {
    const track = this.tracks[kind]
    const delay = Math.min(Math.max(compositionOffset, 0), offsetMax)
    const step = this.timestamp === undefined ? Number.NaN : (timestamp - this.timestamp) | 0
    const next = this.at + step
    const isContinued = Math.abs(step) <= jumpMax && next >= track.latest - backMax
    this.at = isContinued ? next : this.begin(kind, delay)
    this.timestamp = timestamp
    if (kind === "audio" && this.at < track.floor) return undefined

    const at = Math.max(this.at, track.latest)
    const duration = at - track.latest
    if (isContinued && duration >= durationMin && duration <= durationMax) track.duration = duration
    track.latest = at
    track.shown = Math.max(track.shown, at + delay)
    track.isEmpty = false
    return at
  }

  /** Where a new clock begins: its first frame is shown when the last one is over, for players stop at a hole. */
  private begin(kind: "video" | "audio", delay: number): number {
    const { video, audio } = this.tracks
    for (const track of [video, audio]) track.floor = track.isEmpty ? 0 : track.latest + track.duration
    const before = [this.tracks[kind], video, audio].find(({ isEmpty }) => !isEmpty)
    return before ? Math.max(before.shown + before.duration - delay, this.tracks[kind].latest) : 0
  }
}
