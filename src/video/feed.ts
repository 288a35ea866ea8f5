import type { Clock } from "./clock.ts"
import type { Tally } from "./fanout.ts"
import type { VideoLimits } from "./limits.ts"
import { Meter } from "./meter.ts"
import type { Packet, Publication, Publisher } from "./packet.ts"
import type { LiveStream } from "./stream.ts"

/** In seconds. */
const measured = 5

/** What a publisher that was let in feeds its stream by, within the limits and until somebody stops it. */
export class Feed implements Publication {
  /** When something to see or hear came last, in milliseconds. */
  lastMediaAt: number
  private isOver = false
  private readonly bytes = new Meter(measured)
  private readonly packets = new Meter(measured)

  constructor(
    private readonly publisher: Publisher,
    private readonly stream: LiveStream,
    /** Later publishers of a room have higher ones. */
    readonly order: number,
    private readonly options: {
      limits: VideoLimits
      clock: Clock
      tally: Tally
      onError: (error: unknown) => void
      /** Something to see or hear came. */
      onMedia: () => void
      onOver: (why: string) => void
    },
  ) {
    this.lastMediaAt = options.clock.now()
  }

  take(kind: Packet["kind"], timestamp: number, body: Uint8Array): void {
    if (this.isOver) return
    const now = this.options.clock.now()
    this.options.tally.bytesIn += body.length
    this.bytes.add(body.length, now)
    this.packets.add(1, now)
    const offence = this.offence(body.length, now)
    if (offence) {
      this.stop(offence)
      return
    }
    const packet = this.stream.take(kind, timestamp, body)
    if (!packet || packet.isConfig) return
    this.lastMediaAt = now
    this.options.onMedia()
  }

  ended(): void {
    if (this.isOver) return
    this.isOver = true
    this.options.onOver("the publisher ended it")
  }

  /** Cuts the publisher; whatever still comes of it reaches nobody. */
  stop(why: string): void {
    if (this.isOver) return
    this.isOver = true
    try {
      this.publisher.close(why)
    } catch (error) {
      this.options.onError(error)
    }
    this.options.onOver(why)
  }

  /** Cuts a publisher that has gone quiet. */
  checkIdle(): void {
    const { clock, limits } = this.options
    if (clock.now() - this.lastMediaAt >= limits.idleMs) this.stop(`no media for ${limits.idleMs / 1_000} seconds`)
  }

  private offence(size: number, now: number): string | undefined {
    const { kilobitsPerSecondMax, packetsPerSecondMax, packetBytesMax } = this.options.limits
    if (size > packetBytesMax) return `a packet of more than ${packetBytesMax} bytes`
    if (this.packets.total(now) > packetsPerSecondMax * measured)
      return `more than ${packetsPerSecondMax} packets a second`
    const kilobits = (this.bytes.total(now) * 8) / 1_000
    return kilobits > kilobitsPerSecondMax * measured ? `more than ${kilobitsPerSecondMax} kbit/s` : undefined
  }
}
