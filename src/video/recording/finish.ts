import { rm, stat } from "node:fs/promises"
import { join } from "node:path"
import type { Log } from "../../log.ts"
import { type Disk, draftSuffix, settle } from "../../storage/disk.ts"
import {
  mediaPlaylist,
  multivariantPlaylist,
  playlistFile,
  segmentFile,
  targetDuration,
  variantFile,
} from "../hls/playlist.ts"
import { type Entry, repair, totalBytes } from "./journal.ts"
import type { RecordingLimits } from "./limits.ts"
import { writeMp4 } from "./mp4.ts"

interface FinishOptions {
  folder: string
  disk: Disk
  /** Bytes that must stay free on the disk. */
  freeMin: number
  limits: RecordingLimits
  log: Log
  /** Ends it before it is done. */
  signal: AbortSignal
}

/** The MP4 file of the first, second, … set of decoders. */
export const mp4File = (number: number): string => (number === 1 ? "recording.mp4" : `recording-${number}.mp4`)
const isMp4 = (file: string) => /^recording(-\d)?\.mp4$/.test(file)

/**
 * Makes what is played of a recording's segments: MP4 files, then the playlists. Can be done again after a crash: a
 * file that has its name is whole.
 *
 * An MP4 file cannot change its decoders in a way that players follow, so each set of them gets a file with all of its
 * segments. The playlist has all in the order of time. Where an MP4 file cannot be made the playlist stands alone.
 *
 * @throws when the file system does, and when it is ended before it is done
 * @returns how long it is and what it takes on the disk; undefined, and no folder, when nothing was recorded
 */
export async function finish(options: FinishOptions): Promise<{ seconds: number; bytes: number } | undefined> {
  const { folder, disk, limits, log } = options
  const entries = await repair(folder, disk, isMp4)
  if (entries.length === 0) {
    await rm(folder, { recursive: true, force: true })
    return undefined
  }
  let bytes = totalBytes(entries)
  const groups = [...Map.groupBy(entries, ({ init }) => init).values()].slice(0, limits.mp4Max)
  for (const [index, group] of groups.entries()) {
    try {
      bytes += await makeMp4(options, group, join(folder, mp4File(index + 1)))
    } catch (error) {
      options.signal.throwIfAborted()
      log.warn("an MP4 file of a recording could not be made", { folder, error })
    }
  }
  await writePlaylists(folder, disk, entries)
  return { seconds: entries.reduce((sum, { seconds }) => sum + seconds, 0), bytes }
}

/** @returns its size in bytes */
async function makeMp4(
  { folder, disk, freeMin, signal }: FinishOptions,
  entries: Entry[],
  path: string,
): Promise<number> {
  if (!(await Bun.file(path).exists())) {
    if ((await disk.free(folder)) - totalBytes(entries) < freeMin) throw new Error("the disk is nearly full")
    const draft = `${path}${draftSuffix}`
    try {
      await writeMp4(folder, entries, draft, signal)
      await settle(draft, path)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  }
  return (await stat(path)).size
}

async function writePlaylists(folder: string, disk: Disk, entries: Entry[]): Promise<void> {
  const segments = entries.map(({ number, init, codecs, size, seconds, isDiscontinuous, date, bytes }) => ({
    file: segmentFile(number),
    init: { id: init, codecs, size: size ?? undefined },
    ...{ seconds, isDiscontinuous, date, size: bytes },
  }))
  const longest = segments.reduce((most, { seconds }) => Math.max(most, seconds), 0)
  const playlist = {
    segments,
    targetDuration: targetDuration(longest),
    ...{ sequence: 1, discontinuitySequence: 0, isRecording: true, isOver: true },
  }
  await disk.write(join(folder, variantFile), mediaPlaylist(playlist, ""))
  await disk.write(join(folder, playlistFile), multivariantPlaylist(segments, ""))
}
