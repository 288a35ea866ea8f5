import type { Log } from "../../log.ts"
import type { SealedDraft } from "./draft.ts"
import { fragment } from "./fragment.ts"
import { initId, makeInit, type Tracks } from "./init.ts"
import type { HlsLimits } from "./limits.ts"
import type { Init, SegmentSink } from "./segment.ts"

/** Configurations that are remembered, for a host that goes back and forth between some. */
const initsMax = 8

interface Waiting {
  draft: SealedDraft
  /** Milliseconds since 1970. */
  date: number
  isAfterGap: boolean
}

/**
 * Makes segments of drafts, one after the other; a draft that cannot be made into one, or comes too soon, is left out.
 */
export class SegmentQueue {
  private readonly waiting: Waiting[] = []
  private waitingBytes = 0
  private readonly inits = new Map<string, Init>()
  private latest: Init | undefined
  private sequence = 0
  private hasGap = false
  /** What the date was when the stream's clock was 0, as long as segments follow each other. */
  private epoch: number | undefined
  /** When the last draft ends: dates never go back, whatever the clock does. */
  private latestDate = 0
  private isWorking = false
  private isOver = false
  private isStopped = false
  /** The same trouble is told once, until it has passed. */
  private isTold = false

  constructor(
    private readonly sink: SegmentSink,
    private readonly options: { limits: HlsLimits; log: Log; now: () => number },
  ) {}

  /** @param clock the stream's clock now, in milliseconds */
  push(draft: SealedDraft, clock: number): void {
    const { draftsMax, draftBytesMax } = this.options.limits
    if (draft.isAfterGap || this.epoch === undefined) {
      this.epoch = Math.max(this.options.now() - clock, this.latestDate - draft.start)
    }
    this.latestDate = this.epoch + draft.end
    const isFull = this.waiting.length >= draftsMax || this.waitingBytes + draft.bytes > draftBytesMax
    if (isFull && this.waiting.length > 0) {
      this.hasGap = true
      this.tell("a stream's segments are made too slowly: some are left out")
      return
    }
    this.waiting.push({ draft, date: this.epoch + draft.start, isAfterGap: draft.isAfterGap || this.hasGap })
    this.waitingBytes += draft.bytes
    this.hasGap = false
    void this.work()
  }

  /** No draft comes any more: the sink hears of the end once all are made. */
  end(): void {
    this.isOver = true
    void this.work()
  }

  /** Drops what is waiting; the sink hears nothing more. */
  stop(): void {
    this.isStopped = true
    this.waiting.length = 0
  }

  private async work(): Promise<void> {
    if (this.isWorking) return
    this.isWorking = true
    let isBroken = false
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      this.waitingBytes -= next.draft.bytes
      isBroken = !(await this.make(isBroken ? { ...next, isAfterGap: true } : next))
    }
    this.hasGap ||= isBroken
    this.isWorking = false
    if (this.isOver && !this.isStopped) this.sink.ended()
  }

  /** @returns whether it went well */
  private async make({ draft, date, isAfterGap }: Waiting): Promise<boolean> {
    try {
      const init = await this.init({ video: draft.video?.track, audio: draft.audio?.track })
      if (this.isStopped) return true
      const isDiscontinuous = this.latest !== undefined && (isAfterGap || init !== this.latest)
      this.latest = init
      this.sink.segment({
        init,
        bytes: fragment(draft, ++this.sequence),
        start: draft.start / 1_000,
        seconds: (draft.end - draft.start) / 1_000,
        isDiscontinuous,
        date,
        frames: { video: draft.video?.frames.length ?? 0, audio: draft.audio?.frames.length ?? 0 },
      })
      this.isTold = false
      return true
    } catch (error) {
      this.tell("a segment could not be made", error)
      return false
    }
  }

  private async init(tracks: Tracks): Promise<Init> {
    const id = initId(tracks)
    const init = this.inits.get(id) ?? (await makeInit(tracks))
    this.inits.delete(init.id)
    this.inits.set(init.id, init)
    const [oldest] = this.inits.keys()
    if (this.inits.size > initsMax && oldest) this.inits.delete(oldest)
    return init
  }

  private tell(message: string, error?: unknown) {
    if (!this.isTold) this.options.log.warn(message, { error })
    this.isTold = true
  }
}
