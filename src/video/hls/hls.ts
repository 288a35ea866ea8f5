import type { Log } from "../../log.ts"
import type { Subscriber } from "../packet.ts"
import { defaultHlsLimits, type HlsLimits } from "./limits.ts"
import type { SegmentSink } from "./segment.ts"
import { SegmentedStream } from "./segmented_stream.ts"

/** Live streams as HLS: a stream is packaged while somebody watches it that way, or keeps it. */
export interface Hls {
  /**
   * For a viewer. @returns undefined when nothing is published in the room, "full" when no more streams can be packaged
   */
  watch(roomId: number): SegmentedStream | "full" | undefined
  /** The same, but begins nothing. */
  find(roomId: number): SegmentedStream | undefined
  /**
   * Gives a room's segments to the sink from now on, whether or not somebody watches.
   *
   * @returns how to stop, or undefined when nothing is published in the room
   */
  keep(roomId: number, sink: SegmentSink): (() => void) | undefined
  /** Streams that are packaged now, and the bytes that are held for their viewers. */
  statistics(): { streams: number; bytes: number }
  /** Ends all segments under way, so that what is kept misses nothing. */
  close(): Promise<void>
}

interface HlsOptions {
  /** Subscribes to what is published in a room. @returns how to leave, or undefined when nothing is */
  follow(roomId: number, subscriber: Subscriber): (() => void) | undefined
  log: Log
  /** Milliseconds since 1970. */
  now?: () => number
  limits?: Partial<HlsLimits>
}

export function createHls({ follow, log, now = Date.now, limits: given }: HlsOptions): Hls {
  const limits = { ...defaultHlsLimits, ...given }
  const streams = new Map<number, SegmentedStream>()
  let sweeping: ReturnType<typeof setInterval> | undefined
  let isClosed = false

  const held = () => streams.values().reduce((sum, { window }) => sum + window.bytes, 0)

  function open(roomId: number): SegmentedStream | undefined {
    const open = streams.get(roomId)
    if (isClosed || open?.window.isOver === false) return open
    const stream = new SegmentedStream({ limits, log, now, grown })
    // One that is over is still shown to its end, unless there is another one by now.
    if (!stream.start((subscriber) => follow(roomId, subscriber)) || stream.window.isOver) return open
    open?.stop()
    streams.set(roomId, stream)
    sweeping ??= setInterval(sweep, limits.idleMs / 4).unref()
    return stream
  }

  function grown(stream: SegmentedStream) {
    if (held() > limits.bytesMax) stream.window.trim(limits.listedMin)
  }

  function sweep() {
    for (const [roomId, stream] of streams) {
      if (stream.isWatched) continue
      stream.window.trim(limits.unwatched)
      if (stream.isKept) continue
      stream.stop()
      streams.delete(roomId)
    }
    if (streams.size > 0) return
    clearInterval(sweeping)
    sweeping = undefined
  }

  return {
    watch(roomId) {
      if (!streams.has(roomId) && held() > limits.bytesMax) return "full"
      const stream = open(roomId)
      if (stream) stream.askedAt = now()
      return stream
    },
    find(roomId) {
      const stream = streams.get(roomId)
      if (stream) stream.askedAt = now()
      return stream
    },
    keep: (roomId, sink) => open(roomId)?.keep(sink),
    statistics: () => ({ streams: streams.size, bytes: held() }),
    async close() {
      isClosed = true
      clearInterval(sweeping)
      await Promise.all([...streams.values()].map((stream) => stream.end()))
      streams.clear()
    },
  }
}
