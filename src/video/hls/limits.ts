/** What bounds live HLS; every quantity it may hold or wait for is here. */
export interface HlsLimits {
  /**
   * How long a segment should be. It ends at the first key frame after nine tenths of it: hosts' clocks are not exact.
   */
  targetMs: number
  /** A segment that no key frame ends is ended here; its video goes on with the next key frame. */
  segmentMsMax: number
  segmentBytesMax: number
  segmentFramesMax: number
  /** Sound that came before the first key frame joins its segment when it is no more than this. */
  leadMsMax: number
  /** A host whose video stops for so long, while sound goes on, is sent on as sound alone. */
  videoSilenceMs: number
  /** A jump of the stream's clock by more than this starts anew. */
  gapMsMax: number
  /** Segments that may wait to be made; what comes on top is left out. */
  draftsMax: number
  draftBytesMax: number
  /** Segments in the playlist, and how many more are kept for players that are behind. */
  listed: number
  spare: number
  /**
   * What a stream's segments may take, and all streams' together; the playlist never has less than `listedMin` for it.
   */
  streamBytesMax: number
  bytesMax: number
  listedMin: number
  /** Kept of a stream that is recorded and not watched. */
  unwatched: number
  /** A stream nobody asked for this long is no longer packaged. */
  idleMs: number
  /** How long a request waits for the first segment. */
  waitMs: number
}

export const defaultHlsLimits: HlsLimits = {
  targetMs: 2_000,
  segmentMsMax: 20_000,
  segmentBytesMax: 32 * 1024 * 1024,
  segmentFramesMax: 8_000,
  leadMsMax: 1_000,
  videoSilenceMs: 5_000,
  gapMsMax: 10_000,
  draftsMax: 4,
  draftBytesMax: 64 * 1024 * 1024,
  listed: 6,
  spare: 4,
  streamBytesMax: 96 * 1024 * 1024,
  bytesMax: 768 * 1024 * 1024,
  listedMin: 3,
  unwatched: 2,
  idleMs: 60_000,
  waitMs: 10_000,
}
