/** What bounds live video; every quantity it may hold or wait for is here. */
export interface VideoLimits {
  /** Rooms with a publisher, and viewers of FLV and RTMP in all and in one room. */
  streamsMax: number
  viewersMax: number
  viewersPerStreamMax: number
  /** Requests that may wait for the gate's answer at a time. */
  decisionsMax: number

  /** A publisher that sends more is closed; both rates are measured over five seconds. */
  kilobitsPerSecondMax: number
  packetsPerSecondMax: number
  packetBytesMax: number
  /** Every viewer is sent the configurations and the metadata first; one that is larger is left out. */
  configBytesMax: number
  /** A publisher that sends nothing to see or hear for so long is closed. */
  idleMs: number
  /** How long a stream and its viewers wait for the next publisher. */
  graceMs: number
  /** How long a viewer waits in a room that nobody has published to. */
  waitMs: number

  /** What is kept since the last key frame; beyond any of these, who comes waits for the next one. */
  gopBytesMax: number
  gopMsMax: number
  gopPacketsMax: number
  /** What is kept of a stream without video, or whose video has stopped for so long while sound goes on. */
  audioKeepMs: number
  pictureSilenceMs: number

  /** Packets are sent together: the window is `windowPerCost` times what sending them took, within these bounds. */
  windowMinMs: number
  windowMaxMs: number
  windowPerCost: number
  /** A viewer with more unsent than the larger of these, not counting what it was sent on joining, skips to a key frame. */
  unsentBytesMax: number
  unsentMsMax: number
  /** It may go on at a key frame when it has no more than this unsent, and is cut when that takes longer than `stallMs`. */
  resumeBytes: number
  stallMs: number
}

export const defaultVideoLimits: VideoLimits = {
  streamsMax: 100,
  viewersMax: 5_000,
  viewersPerStreamMax: 2_000,
  decisionsMax: 1_000,

  kilobitsPerSecondMax: 10_000,
  packetsPerSecondMax: 1_000,
  packetBytesMax: 4 * 1024 * 1024,
  configBytesMax: 64 * 1024,
  idleMs: 15_000,
  graceMs: 60_000,
  waitMs: 10_000,

  gopBytesMax: 8 * 1024 * 1024,
  gopMsMax: 20_000,
  gopPacketsMax: 4_096,
  audioKeepMs: 2_000,
  pictureSilenceMs: 5_000,

  windowMinMs: 80,
  windowMaxMs: 200,
  windowPerCost: 40,
  unsentBytesMax: 1024 * 1024,
  unsentMsMax: 3_000,
  resumeBytes: 128 * 1024,
  stallMs: 10_000,
}
