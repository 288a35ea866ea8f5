/** What bounds the realtime layer; every quantity it may hold or wait for is here. */
export interface Limits {
  /** A room with more than `partSeats` seats is flushed in parts, at most so many. */
  partSeats: number
  partsMax: number
  /** The coalescing window is `windowPerCost` times what a flush costs, within these bounds; a room's parts share the longest. */
  windowMinMs: number
  windowMaxMs: number
  windowPerCost: number
  /** Messages of a room that may wait for its flush; when there are more they are handled before it. */
  heardMax: number
  /** The replay buffer of a room, and how long it outlives the last seat. */
  replayFrames: number
  replayBytes: number
  replayKeepMs: number
  /** A reader with more than `shedBytes` unsent loses chat until it is under `resumeBytes`; past `closeBytes` it is closed. */
  shedBytes: number
  resumeBytes: number
  closeBytes: number
  /** Token bucket of a socket's inbound messages; a rate of 0 switches it off. */
  inboundPerSecond: number
  inboundBurst: number
  /** Inbound messages of a socket that may wait for the one being handled. */
  inboxFrames: number
  /** How long a graceful stop waits for slow readers. */
  drainMs: number
}

export const defaultLimits: Limits = {
  partSeats: 125,
  partsMax: 8,
  windowMinMs: 5,
  windowMaxMs: 46,
  windowPerCost: 8,
  heardMax: 4_096,
  replayFrames: 512,
  replayBytes: 256 * 1024,
  replayKeepMs: 5 * 60_000,
  shedBytes: 64 * 1024,
  resumeBytes: 16 * 1024,
  closeBytes: 1024 * 1024,
  inboundPerSecond: 50,
  inboundBurst: 100,
  inboxFrames: 128,
  drainMs: 2_000,
}
