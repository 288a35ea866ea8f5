import type { Clock } from "./clock.ts"
import { Fanout, type Tally } from "./fanout.ts"
import { Feed } from "./feed.ts"
import type { Format } from "./format.ts"
import type { VideoLimits } from "./limits.ts"
import type { Publisher, Sink } from "./packet.ts"
import { LiveStream } from "./stream.ts"

export type FormatName = "flv" | "rtmp"

/** What channels have in common. */
export interface ChannelOptions {
  limits: VideoLimits
  clock: Clock
  tally: Tally
  formats: Record<FormatName, Format>
  onError: (error: unknown) => void
  /** A publisher's media is there, where none was before. */
  onStarted: (roomId: number) => void
  /** No publisher is there any more. */
  onEnded: (roomId: number) => void
}

/** One room's stream with the publisher that feeds it and those who watch it. */
export class Channel {
  readonly stream: LiveStream
  /** Whether a publisher was ever let in. */
  hasBegun = false
  private feed: Feed | undefined
  private vacantSince: number
  private isAnnounced = false
  private readonly fanouts: Record<FormatName, Fanout>

  constructor(
    readonly roomId: number,
    private readonly options: ChannelOptions,
  ) {
    const stream = new LiveStream(roomId, options)
    this.stream = stream
    this.vacantSince = options.clock.now()
    const fanout = (format: FormatName) => new Fanout(stream, options.formats[format], options)
    this.fanouts = { flv: fanout("flv"), rtmp: fanout("rtmp") }
  }

  get viewers(): number {
    return this.fanouts.flv.size + this.fanouts.rtmp.size
  }

  get hasPublisher(): boolean {
    return this.feed !== undefined
  }

  /** Whether a publisher that asked later than another one feeds the stream. */
  isTakenSince(order: number): boolean {
    return this.feed !== undefined && this.feed.order > order
  }

  /** Lets a publisher feed the stream, in the place of whoever does. */
  publish(publisher: Publisher, order: number): Feed {
    const former = this.feed
    const feed: Feed = new Feed(publisher, this.stream, order, {
      ...this.options,
      onMedia: () => this.announce(),
      onOver: () => this.vacate(feed),
    })
    // It is out of its place before it is told, so the room does not hear of an end.
    this.feed = feed
    former?.stop("another connection took over")
    this.hasBegun = true
    this.stream.begin()
    return feed
  }

  /** @returns how to leave */
  watch(format: FormatName, sink: Sink): () => void {
    return this.fanouts[format].join(sink)
  }

  /** Cuts the publisher; the viewers wait for the next one. */
  drop(why: string): void {
    this.feed?.stop(why)
  }

  /** Cuts everybody. */
  close(why: string): void {
    this.drop(why)
    this.stream.end()
    this.fanouts.flv.ended()
    this.fanouts.rtmp.ended()
  }

  /** Ends what has waited too long. @returns whether nothing is left to wait for */
  sweep(): boolean {
    const { clock, limits } = this.options
    this.feed?.checkIdle()
    if (this.feed) return false
    if (this.hasBegun) return clock.now() - this.vacantSince >= limits.graceMs
    for (const fanout of Object.values(this.fanouts)) fanout.dismiss(clock.now() - limits.waitMs)
    return this.viewers === 0
  }

  private announce() {
    if (this.isAnnounced) return
    this.isAnnounced = true
    this.options.onStarted(this.roomId)
  }

  private vacate(feed: Feed) {
    if (this.feed !== feed) return
    this.feed = undefined
    this.vacantSince = this.options.clock.now()
    this.stream.interrupt()
    if (!this.isAnnounced) return
    this.isAnnounced = false
    this.options.onEnded(this.roomId)
  }
}
