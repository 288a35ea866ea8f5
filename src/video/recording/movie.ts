import { box, bytesOf, child, childrenOf, longs, type Pieces, replaced, text, words } from "../hls/boxes.ts"
import type { SampleTable } from "./sample_table.ts"

/** A track of an init segment. */
export interface InitTrack {
  id: number
  kind: "video" | "audio"
  /** Time units a second. */
  timescale: number
  /** How much earlier than they say its frames are decoded and shown, in such units. */
  delay: number
}

/** @throws when it is no init segment */
export function readTracks(init: Uint8Array): InitTrack[] {
  return childrenOf(child(init, "moov"))
    .filter(({ type }) => type === "trak")
    .map(({ content }) => {
      const mdia = child(content, "mdia")
      const isVideo = child(mdia, "hdlr").toString("latin1", 8, 12) === "vide"
      const timescale = timescaleOf(child(mdia, "mdhd"))
      return { id: trackId(content), kind: isVideo ? "video" : "audio", timescale, delay: delayOf(content) }
    })
}

/**
 * What stands in an MP4 file before the frames: the init segment's description of the decoders, with tables of all
 * frames instead of none. Between large tables the event loop has its turn.
 *
 * @param tables by track id; a track without frames is left out
 * @throws when it is no init segment
 */
export async function movieHead(
  init: Uint8Array,
  tables: Map<number, SampleTable>,
  dataBytes: number,
): Promise<Pieces> {
  const content = child(init, "moov")
  const header = child(content, "mvhd")
  const traks: Trak[] = []
  for (const { type, content: trak } of childrenOf(content)) {
    const table = type === "trak" ? tables.get(trackId(trak)) : undefined
    if (table && table.sizes.length > 0) traks.push(await makeTrak(trak, table, timescaleOf(header)))
  }
  const length = Math.max(0, ...traks.map((trak) => trak.length))
  const ftyp = box("ftyp", text("isom"), words([0x200]), text("isomiso2mp41"))
  const moov = box("moov", box("mvhd", withDuration(header, 16, length)), ...traks.map(({ pieces }) => pieces))
  // Only now is it known where the frames are.
  const dataStart = bytesOf(ftyp) + bytesOf(moov) + mdatHeader
  for (const { positions } of traks) moveBy(positions, dataStart)
  return [...ftyp, ...moov, words([1]), text("mdat"), longs([mdatHeader + dataBytes])]
}

const mdatHeader = 16

interface Trak {
  pieces: Pieces
  /** In the movie's time units. */
  length: number
  /** Where the chunks are: 64-bit numbers. */
  positions: Buffer
}

/** @param scale the movie's time units a second */
async function makeTrak(trak: Uint8Array, table: SampleTable, scale: number): Promise<Trak> {
  const mdia = child(trak, "mdia")
  const minf = child(mdia, "minf")
  const header = child(mdia, "mdhd")
  const toMovie = (units: number) => Math.round((units * scale) / timescaleOf(header))
  const length = toMovie(table.shownEnd)
  const positions = longs(table.chunks)
  const stbl = [
    ...box("stsd", child(child(minf, "stbl"), "stsd")),
    ...(await sampleTables(table)),
    ...box("co64", words([0, table.chunks.length]), positions),
  ]
  const media = { mdhd: [withDuration(header, 16, table.duration)], minf: replaced(minf, { stbl }) }
  const tkhd = box("tkhd", withDuration(child(trak, "tkhd"), 20, length))
  const pieces = box("trak", tkhd, edits(table.start, toMovie, length), box("mdia", replaced(mdia, media)))
  return { pieces, length, positions }
}

/** A track's first frame stands at 0 of its own clock: this puts it where it belongs in the movie. */
function edits(start: number, toMovie: (units: number) => number, length: number): Pieces {
  const edit = (duration: number, mediaTime: number) => [longs([duration, mediaTime]), words([0x10000])]
  const list = start > 0 ? [edit(toMovie(start), -1), edit(length - toMovie(start), 0)] : [edit(length, -start)]
  return box("edts", box("elst", words([0x01000000, list.length]), ...list))
}

async function sampleTables({ kind, durations, offsets, keys, sizes, chunkSizes }: SampleTable): Promise<Pieces> {
  const isReordered = offsets.length > 2 || offsets[1] !== 0
  const tables: (() => Pieces)[] = [
    () => box("stts", words([0, durations.length / 2]), words(durations)),
    // Offsets are signed from version 1 on.
    () => (isReordered ? box("ctts", words([0x01000000, offsets.length / 2]), words(offsets)) : []),
    () => (kind === "video" ? box("stss", words([0, keys.length]), words(keys)) : []),
    () => box("stsc", words([0, chunkSizes.length / 3]), words(chunkSizes)),
    () => box("stsz", words([0, 0, sizes.length]), words(sizes)),
  ]
  const pieces: Pieces = []
  for (const table of tables) {
    pieces.push(...table())
    await new Promise((resolve) => setImmediate(resolve))
  }
  return pieces
}

function moveBy(positions: Buffer, by: number) {
  for (let at = 0; at < positions.length; at += 8) {
    positions.writeBigUInt64BE(positions.readBigUInt64BE(at) + BigInt(by), at)
  }
}

/**
 * Sets the duration in a header whose first version has it at a place; the second version's dates before it are longer.
 */
function withDuration(header: Buffer, place: number, duration: number): Buffer {
  const copy = Buffer.from(header)
  if (copy[0] === 1) copy.writeBigUInt64BE(BigInt(duration), place + 8)
  else copy.writeUInt32BE(Math.min(duration, 0xffffffff), place)
  return copy
}

const timescaleOf = (header: Buffer): number => header.readUInt32BE(header[0] === 1 ? 20 : 12)

/** As the init segment's only edit has it. */
const delayOf = (trak: Uint8Array): number =>
  childrenOf(trak).some(({ type }) => type === "edts") ? child(child(trak, "edts"), "elst").readUInt32BE(12) : 0

function trackId(trak: Uint8Array): number {
  const tkhd = child(trak, "tkhd")
  return tkhd.readUInt32BE(tkhd[0] === 1 ? 20 : 12)
}
