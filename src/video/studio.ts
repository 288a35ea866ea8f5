import type { Log } from "../log.ts"
import { Channel, type ChannelOptions } from "./channel.ts"
import { type Clock, systemClock } from "./clock.ts"
import type { Tally } from "./fanout.ts"
import { flvHeader, flvTag } from "./flv/tag.ts"
import { defaultVideoLimits, type VideoLimits } from "./limits.ts"
import type { Packet, StreamRequest, Studio } from "./packet.ts"
import type { LiveStream } from "./stream.ts"

/** Who may publish and watch what; asked once for each connection. A rejection counts as a refusal. */
export interface Gate {
  mayPublish(request: StreamRequest): Promise<{ roomId: number } | undefined>
  mayWatch(request: StreamRequest): Promise<{ roomId: number } | undefined>
}

export interface StudioOptions {
  gate: Gate
  /** One packet as RTMP viewers get it, independent of what they got before. */
  encodeRtmp(packet: Packet): Uint8Array
  /** A host's media is there. */
  onStarted(roomId: number): void
  /** No publisher is there any more; another may come. */
  onEnded(roomId: number): void
  /** A stream begins: whoever subscribes now misses nothing. */
  onStream?(stream: LiveStream): void
  log?: Log
  limits?: Partial<VideoLimits>
  clock?: Clock
}

/** The studio as its owner sees it. */
export interface LiveStudio extends Studio {
  /** The room's stream, also while it waits for its publisher to come again. */
  find(roomId: number): LiveStream | undefined
  streams(): LiveStream[]
  /** The room is over: cuts the publisher and the viewers, also those that are just being let in. */
  close(roomId: number, why: string): void
  /** Cuts the publisher; it may come again, and the viewers wait for it. */
  drop(roomId: number, why: string): void
  /** Cuts everybody and lets nobody in any more. */
  stop(why: string): void
  /** Streams with a publisher and viewers of FLV and RTMP now; the rest since the start. */
  statistics(): Tally & { streams: number; viewers: number }
}

/** How often waits are looked at, in milliseconds. */
const sweepMs = 1_000

export function createStudio(options: StudioOptions): LiveStudio {
  const { gate, log, onStream, clock = systemClock } = options
  const limits = { ...defaultVideoLimits, ...options.limits }
  const tally: Tally = { bytesIn: 0, bytesOut: 0, framesShed: 0 }
  const channels = new Map<number, Channel>()
  /** Requests that the gate is asked about, each with the rooms that were closed in the meantime. */
  const undecided = new Set<Set<number>>()
  let asked = 0
  let isSweeping = false
  let isStopped = false

  const onError = (error: unknown) => log?.error("live video failed", { error })
  const safely = (tell: () => void) => {
    try {
      tell()
    } catch (error) {
      onError(error)
    }
  }
  const channelOptions: ChannelOptions = {
    limits,
    clock,
    tally,
    onError,
    formats: {
      flv: { header: flvHeader, packet: flvTag },
      rtmp: { header: () => new Uint8Array(), packet: options.encodeRtmp },
    },
    onStarted: (roomId) => safely(() => options.onStarted(roomId)),
    onEnded: (roomId) => safely(() => options.onEnded(roomId)),
  }

  /** @returns the room, or undefined when the gate refuses or the room was closed while it was asked */
  async function decide(ask: () => Promise<{ roomId: number } | undefined>): Promise<number | undefined> {
    if (undecided.size >= limits.decisionsMax) return undefined
    const closed = new Set<number>()
    undecided.add(closed)
    try {
      const roomId = (await ask())?.roomId
      return roomId === undefined || isStopped || closed.has(roomId) ? undefined : roomId
    } catch (error) {
      onError(error)
      return undefined
    } finally {
      undecided.delete(closed)
    }
  }

  function channelOf(roomId: number): Channel {
    const channel = channels.get(roomId) ?? new Channel(roomId, channelOptions)
    channels.set(roomId, channel)
    sweepLater()
    return channel
  }

  function sweepLater() {
    if (isSweeping || channels.size === 0) return
    isSweeping = true
    clock.after(sweepMs, () => {
      isSweeping = false
      for (const channel of channels.values()) if (channel.sweep()) end(channel, "nobody came")
      sweepLater()
    })
  }

  function end(channel: Channel, why: string) {
    channels.delete(channel.roomId)
    channel.close(why)
  }

  function close(roomId: number, why: string) {
    for (const closed of undecided) closed.add(roomId)
    const channel = channels.get(roomId)
    if (channel) end(channel, why)
  }

  const count = (of: (channel: Channel) => number) => channels.values().reduce((sum, channel) => sum + of(channel), 0)
  const publishers = () => count((channel) => (channel.hasPublisher ? 1 : 0))
  const viewers = () => count((channel) => channel.viewers)

  return {
    async publish(request, publisher) {
      const order = ++asked
      const roomId = await decide(() => gate.mayPublish(request))
      if (roomId === undefined) return undefined
      const present = channels.get(roomId)
      if (present?.isTakenSince(order)) return undefined
      if (!present?.hasPublisher && publishers() >= limits.streamsMax) {
        log?.warn("a publisher was refused: there are as many streams as may be", {
          roomId,
          streamsMax: limits.streamsMax,
        })
        return undefined
      }
      const channel = channelOf(roomId)
      if (!channel.hasBegun) safely(() => onStream?.(channel.stream))
      return channel.publish(publisher, order)
    },

    async watch(request, format, sink) {
      const roomId = await decide(() => gate.mayWatch(request))
      if (roomId === undefined) return undefined
      const inRoom = channels.get(roomId)?.viewers ?? 0
      if (inRoom >= limits.viewersPerStreamMax || viewers() >= limits.viewersMax) {
        log?.warn("a viewer was refused: there are as many as may be", { roomId, inRoom })
        return undefined
      }
      return channelOf(roomId).watch(format, sink)
    },

    find(roomId) {
      const channel = channels.get(roomId)
      return channel?.hasBegun ? channel.stream : undefined
    },
    streams: () => [...channels.values()].flatMap(({ hasBegun, stream }) => (hasBegun ? [stream] : [])),
    close,
    drop: (roomId, why) => channels.get(roomId)?.drop(why),
    stop(why) {
      isStopped = true
      for (const channel of [...channels.values()]) end(channel, why)
    },
    statistics: () => ({ streams: publishers(), viewers: viewers(), ...tally }),
  }
}
