import { readdir, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import { type Disk, draftSuffix } from "../../storage/disk.ts"
import { initFile, segmentFile } from "../hls/playlist.ts"
import type { Segment } from "../hls/segment.ts"

export const journalFile = "journal"
/** Stands in the folder once everything is there and whoever must know does. */
export const finishedFile = "finished.json"

/** So many lines are looked at before the event loop has its turn. */
const linesPerTurn = 256

/** A segment that is on the disk, as a line of JSON. */
export interface Entry {
  number: number
  init: string
  codecs: string
  size: { width: number; height: number } | null
  /** In seconds since its stream began; a recording may go on with another stream after a discontinuity. */
  start: number
  seconds: number
  isDiscontinuous: boolean
  /** Milliseconds since 1970. */
  date: number
  bytes: number
  frames: { video: number; audio: number }
}

export function entryOf(segment: Segment, number: number, isDiscontinuous: boolean): Entry {
  const { init, start, seconds, date, bytes, frames } = segment
  const { codecs, size } = init
  const told = { number, init: init.id, codecs, size: size ?? null }
  return { ...told, start, seconds, isDiscontinuous, date, bytes: bytes.length, frames }
}

/** What the segments take, in bytes. */
export const totalBytes = (entries: Entry[]): number => entries.reduce((sum, { bytes }) => sum + bytes, 0)

export const line = (entry: Entry): string => `${JSON.stringify(entry)}\n`

/**
 * Reads a recording's journal and leaves behind it only what the journal tells of: a crash may have torn the last line,
 * or left a file that no line tells of.
 *
 * @param isKept names further files to leave
 * @returns the segments in order; none when there is no journal
 */
export async function repair(folder: string, disk: Disk, isKept = (_: string) => false): Promise<Entry[]> {
  const path = join(folder, journalFile)
  const lines = (await Bun.file(path).exists()) ? (await Bun.file(path).text()).split("\n") : [""]
  const files = await readdir(folder)
  const inits = new Set(files.filter((file) => file.startsWith("init-")))
  const entries: Entry[] = []
  let isMended = lines.pop() !== ""
  let isTorn = false
  for (let at = 0; at < lines.length; at += linesPerTurn) {
    const told = lines.slice(at, at + linesPerTurn).map(parse)
    const sizes = await Promise.all(told.map((entry) => entry && sizeOf(join(folder, segmentFile(entry.number)))))
    for (const [index, entry] of told.entries()) {
      const isThere = entry !== undefined && sizes[index] === entry.bytes && inits.has(initFile(entry.init))
      if (isThere) entries.push(isTorn && entries.length > 0 ? { ...entry, isDiscontinuous: true } : entry)
      isTorn = !isThere
      isMended ||= isTorn
    }
  }
  if (isMended) await disk.write(path, entries.map(line).join(""))

  const known = new Set([journalFile, ...entries.flatMap(({ number, init }) => [segmentFile(number), initFile(init)])])
  for (const file of files) {
    if (file.endsWith(draftSuffix) || !(known.has(file) || isKept(file))) await rm(join(folder, file), { force: true })
  }
  return entries
}

/** @throws unless the file is there or surely is not: what cannot be looked at for a moment must not count as lost */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
}

function parse(text: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(text)
    return isEntry(entry) ? entry : undefined
  } catch {
    return undefined
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false
  const entry = value as Partial<Record<keyof Entry, unknown>>
  const numbers = [entry.number, entry.start, entry.seconds, entry.date, entry.bytes]
  return numbers.every(Number.isFinite) && /^[0-9a-f]{16}$/.test(String(entry.init)) && typeof entry.frames === "object"
}
