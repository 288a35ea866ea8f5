import { GopCache } from "./gop_cache.ts"
import type { VideoLimits } from "./limits.ts"
import type { Packet, Subscriber } from "./packet.ts"
import { type Reading, read } from "./reading.ts"
import { Timeline } from "./timeline.ts"

/** For so long a stream may turn out to have sound or picture too, and sound waits for the first picture, in milliseconds. */
const settlingMs = 1_000

/** The video of one room, through all of its publishers. */
export class LiveStream {
  /** Whether a publisher is there. */
  isLive = false
  private isOver = false
  private readonly timeline = new Timeline()
  private readonly cache: GopCache
  /** Until the first key frame that the present configuration decodes, video is of no use. */
  private awaitsKey = true
  private beganAt: number | undefined
  /** The timestamp of the first sound that came without the picture it belongs to. */
  private heldFrom: number | undefined
  /** Who follows, and whether a key frame is awaited before anything else. */
  private readonly following = new Map<Subscriber, { awaitsKey: boolean }>()

  constructor(
    readonly roomId: number,
    private readonly options: { limits: VideoLimits; onError: (error: unknown) => void },
  ) {
    this.cache = new GopCache(options.limits)
  }

  /** A publisher takes the stream over, with a clock and configurations of its own. */
  begin(): void {
    if (this.isOver) return
    this.interrupt()
    this.isLive = true
  }

  /**
   * @param timestamp the publisher's own, in milliseconds modulo 2^32
   * @param body kept
   * @returns what came of it, or undefined when no viewer can use it
   */
  take(kind: Packet["kind"], timestamp: number, body: Uint8Array): Packet | undefined {
    if (!this.isLive) return undefined
    const reading = read(kind, body)
    if (!reading || this.isUseless(kind, timestamp, reading, body)) return undefined
    const packet = this.place(kind, timestamp, body, reading)
    if (!packet) return undefined
    if (kind === "video") this.awaitsKey = packet.isConfig
    if (packet.isKey) this.heldFrom = undefined
    if (!packet.isConfig) this.beganAt ??= packet.at
    this.cache.add(packet)
    for (const [subscriber, state] of this.following) this.hand(subscriber, state, packet)
    return packet
  }

  /**
   * Follows the stream from the last key frame on, or, without a cache, from the next packet on.
   *
   * @returns how to leave
   */
  subscribe(subscriber: Subscriber, from: "cache" | "now" = "cache"): () => void {
    if (this.isOver) {
      this.guard(subscriber, () => subscriber.ended())
      return () => {}
    }
    const state = { awaitsKey: false }
    this.following.set(subscriber, state)
    if (from === "cache") {
      for (const packet of this.cache.backlog()) this.hand(subscriber, state, packet)
      state.awaitsKey = this.cache.hasPicture && !this.cache.isReady
    }
    return () => void this.following.delete(subscriber)
  }

  /** What a viewer can begin with now: undefined while there is nothing, or while it may not be all. */
  backlog(): Packet[] | undefined {
    return this.cache.isReady && this.isSettled ? this.cache.backlog() : undefined
  }

  /** Metadata and configurations as if they were sent just before some frames. */
  opening(frames: Packet[]): Packet[] {
    return this.cache.opening(frames)
  }

  /** What has come of the present publisher so far. */
  get kinds(): { video: boolean; audio: boolean } {
    return { video: this.cache.hasVideo, audio: this.cache.hasAudio }
  }

  /** The publisher is gone; another may come. */
  interrupt(): void {
    if (!this.isLive) return
    this.isLive = false
    // The cache comes last: who is just beginning gets what was there.
    for (const [subscriber, state] of this.following) {
      state.awaitsKey = false
      this.guard(subscriber, () => subscriber.interrupted())
    }
    this.timeline.restart()
    this.cache.clear()
    this.awaitsKey = true
    this.beganAt = undefined
    this.heldFrom = undefined
  }

  /** Nothing comes any more. */
  end(): void {
    if (this.isOver) return
    this.isOver = true
    this.isLive = false
    for (const subscriber of this.following.keys()) this.guard(subscriber, () => subscriber.ended())
    this.following.clear()
    this.cache.clear()
  }

  /** Players are told at the beginning whether there is sound and picture, so it must be known. */
  private get isSettled(): boolean {
    const hasBoth = this.cache.hasVideo && this.cache.hasAudio
    const latest = Math.max(this.timeline.last("video"), this.timeline.last("audio"))
    return hasBoth || latest - (this.beganAt ?? latest) >= settlingMs
  }

  private isUseless(kind: Packet["kind"], timestamp: number, reading: Reading, body: Uint8Array): boolean {
    const config = this.cache.config(kind)
    if (reading.needsConfig && !config) return true
    if (reading.isConfig && body.length > this.options.limits.configBytesMax) return true
    // Some encoders repeat it before every key frame.
    if (reading.isConfig) return config !== undefined && Buffer.compare(config.body, body) === 0
    if (kind === "audio") return this.isEarly(timestamp)
    return kind === "video" && this.awaitsKey && !reading.isKey
  }

  /** Sound that comes before its picture would have players begin, or go on, with a hole in the picture. */
  private isEarly(timestamp: number): boolean {
    if (!this.awaitsKey || !this.cache.hasVideo) return false
    this.heldFrom ??= timestamp
    return (timestamp - this.heldFrom) >>> 0 < settlingMs
  }

  private place(kind: Packet["kind"], timestamp: number, body: Uint8Array, reading: Reading): Packet | undefined {
    const { isConfig, isKey } = reading
    const at = this.time(kind, timestamp, reading)
    return at === undefined ? undefined : { kind, at, body, isConfig, isKey }
  }

  private time(kind: Packet["kind"], timestamp: number, { isConfig, compositionOffset }: Reading): number | undefined {
    // Some players take metadata of a later time for subtitles.
    if (kind === "data") return 0
    // Configurations are stamped anyhow by many encoders, so they do not move the clock.
    return isConfig ? this.timeline.last(kind) : this.timeline.place(kind, timestamp, compositionOffset)
  }

  private hand(subscriber: Subscriber, state: { awaitsKey: boolean }, packet: Packet) {
    if (packet.isKey) state.awaitsKey = false
    if (state.awaitsKey && !packet.isConfig) return
    this.guard(subscriber, () => subscriber.packet(packet))
  }

  /** Whoever fails is left out from then on, and the others do not suffer. */
  private guard(subscriber: Subscriber, tell: () => void) {
    try {
      tell()
    } catch (error) {
      this.following.delete(subscriber)
      this.options.onError(error)
    }
  }
}
