import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import type { Log } from "../../log.ts"
import type { Disk } from "../../storage/disk.ts"
import { initFile, segmentFile } from "../hls/playlist.ts"
import type { Segment, SegmentSink } from "../hls/segment.ts"
import { entryOf, finishedFile, journalFile, line, repair, totalBytes } from "./journal.ts"
import type { RecordingLimits } from "./limits.ts"

interface RecorderOptions {
  roomId: number
  folder: string
  disk: Disk
  /** Bytes that must stay free on the disk. */
  freeMin: number
  /** Whether the room's recording may come to so many bytes. */
  mayKeep(roomId: number, bytes: number): boolean | Promise<boolean>
  limits: RecordingLimits
  log: Log
  /** Whoever wrote into the folder before has finished then. */
  written: Promise<void> | undefined
}

/**
 * Writes a stream's segments into a folder as they come. Each is on the disk before a line of the journal tells of it.
 * When the disk or a limit ends the recording, what is there stays, and the stream does not notice.
 */
export class Recorder implements SegmentSink {
  private readonly waiting: Segment[] = []
  private waitingBytes = 0
  private hasGap = false
  /** What is on the disk; undefined until somebody has looked. */
  private kept: { number: number; bytes: number } | undefined
  private readonly inits = new Set<string>()
  private working: Promise<void> | undefined
  private readonly over = Promise.withResolvers<void>()
  /** It takes no segments any more. */
  isOver = false

  constructor(private readonly options: RecorderOptions) {}

  segment(segment: Segment): void {
    if (this.isOver) return
    const { waitingMax, waitingBytesMax } = this.options.limits
    if (this.waiting.length >= waitingMax || this.waitingBytes + segment.bytes.length > waitingBytesMax) {
      if (!this.hasGap) this.tell("the disk is too slow for a recording: a part is left out")
      this.hasGap = true
      return
    }
    this.waiting.push(this.hasGap ? { ...segment, isDiscontinuous: true } : segment)
    this.waitingBytes += segment.bytes.length
    this.hasGap = false
    this.working ??= this.work()
  }

  ended(): void {
    this.isOver = true
    this.over.resolve()
  }

  /** Waits a moment for the stream's end, and until everything is written. */
  async finish(): Promise<void> {
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, this.options.limits.lastSegmentMs)
    await Promise.race([this.over.promise, late.promise])
    clearTimeout(timer)
    this.isOver = true
    await this.working
  }

  private async work(): Promise<void> {
    try {
      for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
        this.waitingBytes -= next.bytes.length
        const refusal = await this.take(next)
        if (refusal) this.stop(refusal)
      }
    } catch (error) {
      this.stop("a segment could not be written", error)
    }
    this.working = undefined
  }

  /** @returns why the recording is to end instead */
  private async take(segment: Segment): Promise<string | undefined> {
    const { roomId, folder, disk, freeMin, mayKeep } = this.options
    const isFirst = this.kept === undefined
    this.kept ??= await this.open()
    const size = segment.bytes.length
    if ((await disk.free(folder)) - size < freeMin) return "the disk is nearly full"
    // The MP4 file takes as much again.
    if (!(await mayKeep(roomId, 2 * (this.kept.bytes + size)))) return "it has reached its limit"

    const number = this.kept.number + 1
    const entry = entryOf(segment, number, number > 1 && (segment.isDiscontinuous || isFirst))
    if (!this.inits.has(entry.init)) await disk.write(join(folder, initFile(entry.init)), segment.init.bytes)
    this.inits.add(entry.init)
    await disk.write(join(folder, segmentFile(number)), segment.bytes)
    await disk.append(join(folder, journalFile), line(entry))
    this.kept = { number, bytes: this.kept.bytes + size }
    return undefined
  }

  /** A recording that was interrupted goes on where it was. */
  private async open(): Promise<{ number: number; bytes: number }> {
    const { folder, disk, written } = this.options
    await written
    await mkdir(folder, { recursive: true })
    if (await Bun.file(join(folder, finishedFile)).exists()) throw new Error("the recording is finished already")
    const entries = await repair(folder, disk)
    return { number: entries.at(-1)?.number ?? 0, bytes: totalBytes(entries) }
  }

  private stop(why: string, error?: unknown) {
    this.isOver = true
    this.waiting.length = 0
    this.waitingBytes = 0
    this.over.resolve()
    this.tell(`a recording was stopped: ${why}`, error)
  }

  private tell(message: string, error?: unknown) {
    this.options.log.warn(message, { roomId: this.options.roomId, error })
  }
}
