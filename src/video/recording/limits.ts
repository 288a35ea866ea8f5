/** What bounds recording; every quantity it may hold or wait for is here. */
export interface RecordingLimits {
  /** Segments of a room that may wait for the disk; what comes on top is left out. */
  waitingMax: number
  waitingBytesMax: number
  /** How long a recording that is to be finished waits for the last segment. */
  lastSegmentMs: number
  /** Configurations of a recording that get an MP4 file each; those on top are in the playlist alone. */
  mp4Max: number
}

export const defaultRecordingLimits: RecordingLimits = {
  waitingMax: 16,
  waitingBytesMax: 64 * 1024 * 1024,
  lastSegmentMs: 2_000,
  mp4Max: 8,
}
