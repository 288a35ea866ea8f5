import type { Clock } from "./clock.ts"
import type { Format } from "./format.ts"
import type { VideoLimits } from "./limits.ts"
import { Meter } from "./meter.ts"
import { Opening } from "./opening.ts"
import type { Packet, Sink, Subscriber } from "./packet.ts"
import type { LiveStream } from "./stream.ts"
import { Viewer } from "./viewer.ts"

/** What was done since the server started. */
export interface Tally {
  bytesIn: number
  bytesOut: number
  /** Packets kept from viewers that were behind. */
  framesShed: number
}

/**
 * Sends one stream to all viewers of one format. What a window brings is encoded once, into one buffer for everybody: a
 * write costs far more than the bytes in it.
 */
export class Fanout implements Subscriber {
  private readonly viewers = new Set<Viewer>()
  private pending: Packet[] = []
  private cancelTimer: (() => void) | undefined
  private unsubscribe: (() => void) | undefined
  private windowMs: number
  private readonly opening: Opening
  /** What a viewer who comes right now begins with. */
  private beginning: Uint8Array[] | undefined
  private readonly rate: Meter

  constructor(
    private readonly stream: LiveStream,
    private readonly format: Format,
    private readonly options: {
      limits: VideoLimits
      clock: Clock
      tally: Tally
      onError: (error: unknown) => void
    },
  ) {
    this.opening = new Opening(format)
    this.windowMs = options.limits.windowMinMs
    this.rate = new Meter(Math.max(1, Math.ceil(options.limits.unsentMsMax / 1_000)))
  }

  get size(): number {
    return this.viewers.size
  }

  /** Adds a viewer, which gets everything since the last key frame at once. @returns how to leave */
  join(sink: Sink): () => void {
    this.unsubscribe ??= this.stream.subscribe(this, "now")
    const viewer = new Viewer(sink, this.options.clock.now())
    this.viewers.add(viewer)
    // What waits for the window is in the stream's cache too.
    this.flush()
    if (viewer.state === "joining") this.guard(viewer, () => this.admit(viewer))
    return () => this.remove(viewer)
  }

  packet(packet: Packet): void {
    this.beginning = undefined
    if (packet.isKey) this.opening.forget()
    this.pending.push(packet)
    this.cancelTimer ??= this.options.clock.after(this.windowMs, () => this.flush())
  }

  interrupted(): void {
    this.flush()
    this.forget()
  }

  ended(): void {
    this.flush()
    for (const viewer of this.viewers) this.cut(viewer)
  }

  /** Ends those who came before a time, in milliseconds, and have got nothing yet. */
  dismiss(before: number): void {
    for (const viewer of this.viewers) {
      if (viewer.state === "joining" && viewer.joinedAt < before) this.cut(viewer)
    }
  }

  private flush() {
    this.cancelTimer?.()
    this.cancelTimer = undefined
    if (this.pending.length === 0) return
    const { clock, limits } = this.options
    const start = clock.now()
    const packets = this.pending
    this.pending = []
    try {
      this.send(packets, start)
    } catch (error) {
      this.options.onError(error)
    }
    const cost = clock.now() - start
    this.windowMs = Math.min(Math.max(limits.windowPerCost * cost, limits.windowMinMs), limits.windowMaxMs)
  }

  private send(packets: Packet[], now: number) {
    const bytes = this.encode(packets)
    this.rate.add(bytes.length, now)
    const unsentMax = Math.max(this.options.limits.unsentBytesMax, this.rate.total(now))
    const key = packets.findLastIndex(({ isKey }) => isKey)
    let resumption: Uint8Array | undefined
    const resume = (viewer: Viewer) => {
      const rest = packets.slice(key)
      resumption ??= this.encode([...this.stream.opening(rest), ...rest])
      this.options.tally.bytesOut += resumption.length
      viewer.resume(resumption)
    }

    for (const viewer of this.viewers) {
      this.guard(viewer, () => {
        if (viewer.state === "joining") return this.admit(viewer)
        if (viewer.state === "flowing" && viewer.isBehind(unsentMax)) viewer.skip(now)
        if (viewer.state === "flowing") return this.write(viewer, bytes)
        if (viewer.hasCaughtUp(this.options.limits.resumeBytes) && key >= 0) return resume(viewer)
        this.options.tally.framesShed += packets.length
        if (now - (viewer.behindSince ?? now) > this.options.limits.stallMs) this.cut(viewer)
      })
    }
  }

  private write(viewer: Viewer, bytes: Uint8Array) {
    this.options.tally.bytesOut += bytes.length
    viewer.write(bytes)
  }

  private admit(viewer: Viewer) {
    const backlog = this.beginning ? undefined : this.stream.backlog()
    if (backlog) this.beginning = this.opening.of(backlog, this.stream.kinds)
    if (this.beginning) this.options.tally.bytesOut += viewer.begin(this.beginning)
  }

  private forget() {
    this.beginning = undefined
    this.opening.forget()
  }

  private encode(packets: Packet[]): Uint8Array {
    const [first, ...others] = packets.map(this.format.packet)
    return first && others.length === 0 ? first : Buffer.concat(first ? [first, ...others] : [])
  }

  private cut(viewer: Viewer) {
    this.remove(viewer)
    try {
      viewer.close()
    } catch (error) {
      this.options.onError(error)
    }
  }

  private remove(viewer: Viewer) {
    this.viewers.delete(viewer)
    if (this.viewers.size > 0) return
    this.unsubscribe?.()
    this.unsubscribe = undefined
    this.cancelTimer?.()
    this.cancelTimer = undefined
    this.pending = []
    this.forget()
  }

  /** One viewer's connection that fails is that viewer's end alone. */
  private guard(viewer: Viewer, act: () => void) {
    try {
      act()
    } catch (error) {
      this.options.onError(error)
      this.cut(viewer)
    }
  }
}
