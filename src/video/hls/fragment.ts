import type { Frame, SealedDraft } from "./draft.ts"

/** Time units a second of the video track; the audio track's are its samples. */
export const videoTimescale = 1_000

const sampleBytes = 16
const keySample = 0x02000000
const deltaSample = 0x01010000

interface Run {
  trackId: number
  timescale: number
  frames: Frame[]
  end: number
  delayMs: number
}

/**
 * Writes a media segment: a `moof` box that tells of the frames and an `mdat` box that holds them.
 *
 * Frames are decoded in the order they come and at the times at which they are shown, sorted. Where they are reordered,
 * some would be shown before they are decoded, and players made of ffmpeg would then show all of them late against the
 * sound. So all are shown later by the track's delay, and the init segment's edit list takes it back. The segment still
 * begins at the time that it says, which is what hls.js goes by. mediabunny, which makes the init segments, has no such
 * delay.
 */
export function fragment(draft: SealedDraft, sequence: number): Uint8Array<ArrayBuffer> {
  const runs = runsOf(draft)
  const frameBytes = runs.flatMap(({ frames }) => frames).reduce((sum, { bytes }) => sum + bytes.length, 0)
  const moofBytes = runs.reduce((sum, { frames }) => sum + trafBytes(frames.length), 8 + 16)
  const box = new BoxWriter(moofBytes + 8 + frameBytes)

  box.open("moof", moofBytes).open("mfhd", 16).u32(0).u32(sequence)
  let dataOffset = moofBytes + 8
  for (const run of runs) {
    writeTraf(box, run, dataOffset)
    dataOffset += run.frames.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }
  box.open("mdat", 8 + frameBytes)
  for (const { frames } of runs) for (const { bytes } of frames) box.copy(bytes)
  return box.bytes
}

function runsOf({ video, audio }: SealedDraft): Run[] {
  const runs: Run[] = []
  if (video) runs.push({ ...video, trackId: 1, timescale: videoTimescale, delayMs: video.track.delayMs })
  if (audio) runs.push({ ...audio, trackId: video ? 2 : 1, timescale: audio.track.config.sampleRate, delayMs: 0 })
  return runs.filter(({ frames }) => frames.length > 0)
}

const trunBytes = (frames: number) => 20 + frames * sampleBytes
const trafBytes = (frames: number) => 8 + 16 + 20 + trunBytes(frames)

function writeTraf(box: BoxWriter, { trackId, timescale, delayMs, frames, end }: Run, dataOffset: number) {
  const units = (ms: number) => Math.round((ms * timescale) / 1_000)
  const times = frames.map(({ at }) => at).toSorted((one, other) => one - other)
  box.open("traf", trafBytes(frames.length))
  // Offsets count from the moof box.
  box.open("tfhd", 16).u32(0x020000).u32(trackId)
  box
    .open("tfdt", 20)
    .u32(0x01000000)
    .u64(units(times[0] ?? 0))
  // Each frame's duration, size, flags and signed composition offset.
  box.open("trun", trunBytes(frames.length)).u32(0x01000f01).u32(frames.length).u32(dataOffset)
  for (const [index, { at, bytes, isKey }] of frames.entries()) {
    const time = times[index] ?? 0
    box.u32(Math.max(units(times[index + 1] ?? end) - units(time), 0)).u32(bytes.length)
    box.u32(isKey ? keySample : deltaSample).u32(units(at) - units(time) + units(delayMs))
  }
}

class BoxWriter {
  readonly bytes: Uint8Array<ArrayBuffer>
  private readonly view: DataView
  private at = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
    this.view = new DataView(this.bytes.buffer)
  }

  open(type: string, size: number): this {
    return this.u32(size).copy(Buffer.from(type, "latin1"))
  }

  u32(value: number): this {
    this.view.setUint32(this.at, value)
    this.at += 4
    return this
  }

  u64(value: number): this {
    this.view.setBigUint64(this.at, BigInt(value))
    this.at += 8
    return this
  }

  copy(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
    return this
  }
}
