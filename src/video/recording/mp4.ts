import { open } from "node:fs/promises"
import { join } from "node:path"
import { initFile, segmentFile } from "../hls/playlist.ts"
import { headBytes, readRuns } from "./fragment_reader.ts"
import type { Entry } from "./journal.ts"
import { movieHead, readTracks } from "./movie.ts"
import { SampleTable } from "./sample_table.ts"

/**
 * Makes one MP4 file of segments that have the same decoders. It can be played while it is loaded: tables of all frames
 * stand in front, then the segments' frames as they are. In memory are the tables and one segment, and between segments
 * the loop has its turn.
 *
 * mediabunny would need half a gigabyte for the tables of three hours, and a thread of its own.
 *
 * @throws when a segment cannot be read, the file not be written, or the signal ends it
 */
export async function writeMp4(folder: string, entries: Entry[], path: string, signal: AbortSignal): Promise<void> {
  const [first] = entries
  if (!first) throw new Error("a recording without segments")
  const init = await Bun.file(join(folder, initFile(first.init))).bytes()
  const tracks = readTracks(init).map((track) => ({ ...track, table: new SampleTable(track.kind) }))

  let dataBytes = 0
  const place = placement()
  for (const entry of entries) {
    signal.throwIfAborted()
    const shift = place(entry)
    const head = await readHead(folder, entry)
    for (const run of readRuns(head)) {
      const track = tracks.find(({ id }) => id === run.trackId)
      if (!track) continue
      track.table.add(run, Math.round(shift * track.timescale) - track.delay, dataBytes + run.position - head.length)
    }
    dataBytes += entry.bytes - head.length
  }
  for (const { table } of tracks) table.end()

  await using file = await open(path, "w")
  const head = await movieHead(init, new Map(tracks.map(({ id, table }) => [id, table])), dataBytes)
  for (const piece of head) await file.writeFile(piece)
  for (const entry of entries) {
    signal.throwIfAborted()
    await file.writeFile(await readFrames(folder, entry))
  }
  await file.sync()
}

async function readHead(folder: string, entry: Entry): Promise<Uint8Array> {
  const file = Bun.file(join(folder, segmentFile(entry.number)))
  return file.slice(0, headBytes(await file.slice(0, 8).bytes())).bytes()
}

async function readFrames(folder: string, entry: Entry): Promise<Uint8Array> {
  const segment = await Bun.file(join(folder, segmentFile(entry.number))).bytes()
  return segment.subarray(headBytes(segment))
}

/**
 * Puts the parts of a recording, between which time was lost, next to each other.
 *
 * @returns tells of each segment in turn how far its clock is from the recording's, in seconds
 */
function placement(): (entry: Entry) => number {
  let shift: number | undefined
  let end = 0
  return ({ start, seconds, isDiscontinuous }) => {
    if (shift === undefined || isDiscontinuous) shift = end - start
    end = Math.max(end, start + shift + seconds)
    return shift
  }
}
