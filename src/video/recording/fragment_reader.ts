/** A track's frames in a segment, as `fragment` wrote them. */
export interface Run {
  trackId: number
  /** When the first frame is decoded, in the track's time units. */
  decodeTime: number
  /** Where the first frame's bytes begin in the file; the others follow. */
  position: number
  count: number
  /** Duration, size, flags and composition offset of each frame. */
  frame(index: number): { duration: number; size: number; isKey: boolean; offset: number }
}

const differenceFlag = 0x10000
const mdatHeader = 8

/**
 * How long the part of a segment is that tells of the frames; the rest is the frames themselves. @throws when it is no
 * segment
 */
export function headBytes(segment: Uint8Array): number {
  const moof = view(segment).getUint32(0)
  if (Buffer.from(segment.subarray(4, 8)).toString("latin1") !== "moof") throw new Error("not a segment")
  return moof + mdatHeader
}

/**
 * Reads the part of a segment that tells of the frames. It is not a reader for what others write: each box is where
 * `fragment` puts it.
 *
 * @throws when it ends too soon
 */
export function readRuns(head: Uint8Array): Run[] {
  const data = view(head)
  const runs: Run[] = []
  for (let traf = 8 + 16; traf < head.length - mdatHeader; traf += data.getUint32(traf)) {
    const tfhd = traf + 8
    const tfdt = tfhd + 16
    const trun = tfdt + 20
    runs.push({
      trackId: data.getUint32(tfhd + 12),
      decodeTime: Number(data.getBigUint64(tfdt + 12)),
      count: data.getUint32(trun + 12),
      position: data.getUint32(trun + 16),
      frame(index) {
        const at = trun + 20 + 16 * index
        return {
          duration: data.getUint32(at),
          size: data.getUint32(at + 4),
          isKey: (data.getUint32(at + 8) & differenceFlag) === 0,
          offset: data.getInt32(at + 12),
        }
      },
    })
  }
  return runs
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
