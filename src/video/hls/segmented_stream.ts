import type { Log } from "../../log.ts"
import type { Subscriber } from "../packet.ts"
import type { HlsLimits } from "./limits.ts"
import { Packager } from "./packager.ts"
import type { Segment, SegmentSink } from "./segment.ts"
import { Window } from "./window.ts"

export interface SegmentedStreamOptions {
  limits: HlsLimits
  log: Log
  /** Milliseconds since 1970. */
  now(): number
  /** After every segment: whoever holds too much has to give some up. */
  grown(stream: SegmentedStream): void
}

/** 2020, in seconds since 1970. Numbers counted from there fit 32 bits for a while. */
const firstSequence = 1_577_836_800

/** A stream as segments, for those who watch and for those who keep them. */
export class SegmentedStream {
  readonly window: Window
  /** When somebody asked for something last. */
  askedAt: number
  private readonly packager: Packager
  private readonly sinks = new Set<SegmentSink>()
  private readonly first = Promise.withResolvers<void>()
  private readonly over = Promise.withResolvers<void>()
  private unfollow: (() => void) | undefined

  constructor(private readonly options: SegmentedStreamOptions) {
    this.askedAt = options.now()
    this.window = new Window(Math.floor(this.askedAt / 1_000) - firstSequence, options.limits)
    this.packager = new Packager({ segment: (segment) => this.segment(segment), ended: () => this.ended() }, options)
  }

  /** @returns whether there is a stream to follow */
  start(follow: (subscriber: Subscriber) => (() => void) | undefined): boolean {
    this.unfollow = follow(this.packager)
    return this.unfollow !== undefined
  }

  get isKept(): boolean {
    return this.sinks.size > 0
  }

  /** Somebody watches, or did a moment ago. */
  get isWatched(): boolean {
    return this.options.now() - this.askedAt < this.options.limits.idleMs
  }

  /** @returns how to stop */
  keep(sink: SegmentSink): () => void {
    this.sinks.add(sink)
    return () => this.sinks.delete(sink)
  }

  /** Waits for the first segment, but not for ever. @returns whether there is one */
  async ready(): Promise<boolean> {
    if (!this.window.isEmpty || this.window.isOver) return !this.window.isEmpty
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, this.options.limits.waitMs)
    await Promise.race([this.first.promise, late.promise])
    clearTimeout(timer)
    return !this.window.isEmpty
  }

  /** Ends the segment under way as if the stream were over, and waits until the sinks have it. */
  async end(): Promise<void> {
    this.unfollow?.()
    this.packager.ended()
    await this.over.promise
  }

  /** Drops everything; the sinks hear nothing more. */
  stop(): void {
    this.unfollow?.()
    this.packager.stop()
    this.first.resolve()
    this.over.resolve()
  }

  private segment(segment: Segment) {
    this.window.add(segment)
    if (!this.isWatched) this.window.trim(this.options.limits.unwatched)
    this.first.resolve()
    for (const sink of this.sinks) this.guard(() => sink.segment(segment))
    this.options.grown(this)
  }

  private ended() {
    this.window.isOver = true
    this.first.resolve()
    for (const sink of this.sinks) this.guard(() => sink.ended())
    this.sinks.clear()
    this.over.resolve()
  }

  private guard(call: () => void) {
    try {
      call()
    } catch (error) {
      this.options.log.error("a segment could not be handed on", { error })
    }
  }
}
