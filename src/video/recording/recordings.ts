import { mkdir, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import type { Log } from "../../log.ts"
import { type Disk, realDisk } from "../../storage/disk.ts"
import type { SegmentSink } from "../hls/segment.ts"
import { finish } from "./finish.ts"
import { finishedFile } from "./journal.ts"
import { defaultRecordingLimits, type RecordingLimits } from "./limits.ts"
import { Recorder } from "./recorder.ts"

/** Recordings of rooms, a folder each. A recording's key is its room's id. */
export interface Recordings {
  /** Records what is published in a room from now on; goes on with what was recorded of it before. */
  start(roomId: number): void
  /**
   * Brings a room's recording to an end: the stream should be over, or its last segment is missing. The listener hears
   * of it when it can be played; nothing happens when nothing was recorded, or when the listener knows already.
   *
   * @throws when it cannot be finished, or the listener fails; it can be asked again, and is at the next start
   */
  finish(roomId: number): Promise<void>
  /** Once, at the start: finishes what a crash left, but for rooms that are open still. Resolves when all is done. */
  recover(): Promise<void>
  /** Deletes a recording; one that is gone is fine. @throws when the file system does */
  remove(key: string): Promise<void>
  /** Waits until everything that was taken is on the disk. */
  close(): Promise<void>
}

interface RecordingsOptions {
  dir: string
  /** Gives a room's segments to a sink. @returns how to stop, or undefined when nothing is published in the room */
  keep(roomId: number, sink: SegmentSink): (() => void) | undefined
  /** Whether a room may still be published to. */
  isOpen(roomId: number): boolean | Promise<boolean>
  /** Whether a room's recording may come to so many bytes, its MP4 files included. Asked before every segment. */
  mayKeep(roomId: number, bytes: number): boolean | Promise<boolean>
  /** Bytes that must stay free on the disk. */
  freeMin: number
  /** A recording can be played. */
  onRecorded(roomId: number, recording: { key: string; seconds: number; bytes: number }): void | Promise<void>
  log: Log
  disk?: Disk
  limits?: Partial<RecordingLimits>
}

const keyPattern = /^[1-9]\d{0,15}$/
/** What is being deleted has this at the end of its name. */
const removedSuffix = ".removed"

export function createRecordings(options: RecordingsOptions): Recordings {
  const { dir, keep, isOpen, mayKeep, freeMin, onRecorded, log, disk = realDisk } = options
  const limits = { ...defaultRecordingLimits, ...options.limits }
  const recording = new Map<number, { recorder: Recorder; leave: () => void }>()
  const finishing = new Map<number, Promise<void>>()
  /** One at a time is finished: it is work for the disk and a processor. */
  let turn: Promise<unknown> = Promise.resolve()

  const closing = new AbortController()

  const folderOf = (roomId: number) => join(dir, String(roomId))

  function start(roomId: number) {
    const before = recording.get(roomId)
    if (before?.recorder.isOver === false || finishing.has(roomId) || closing.signal.aborted) return
    before?.leave()
    const written = before?.recorder.finish()
    const recorder = new Recorder({ roomId, folder: folderOf(roomId), disk, freeMin, mayKeep, limits, log, written })
    const leave = keep(roomId, recorder)
    if (leave) recording.set(roomId, { recorder, leave })
    else log.warn("a room without a stream cannot be recorded", { roomId })
  }

  async function stop(roomId: number) {
    const entry = recording.get(roomId)
    if (!entry) return
    await entry.recorder.finish()
    entry.leave()
    if (recording.get(roomId) === entry) recording.delete(roomId)
  }

  async function finishNow(roomId: number) {
    closing.signal.throwIfAborted()
    const folder = folderOf(roomId)
    if (!(await isFolder(folder)) || (await isFinished(folder))) return
    const made = await finish({ folder, disk, freeMin, limits, log, signal: closing.signal })
    if (!made) return
    await onRecorded(roomId, { key: String(roomId), ...made })
    // Without it the listener is told again at the next start.
    await disk
      .write(join(folder, finishedFile), JSON.stringify(made))
      .catch((error) => log.warn("a recording could not be marked as finished", { roomId, error }))
  }

  function finishInTurn(roomId: number): Promise<void> {
    const begun = finishing.get(roomId)
    if (begun) return begun
    const finished = Promise.all([stop(roomId), turn]).then(() => finishNow(roomId))
    finishing.set(roomId, finished)
    turn = finished
      .catch((error) => {
        if (!closing.signal.aborted) log.error("a recording could not be finished", { roomId, error })
      })
      .finally(() => finishing.delete(roomId))
    return finished
  }

  async function lookAt(name: string): Promise<void> {
    const folder = join(dir, name)
    if (name.endsWith(removedSuffix)) return rm(folder, { recursive: true, force: true })
    if (!keyPattern.test(name) || (await isFinished(folder)) || (await isOpen(Number(name)))) return
    return finishInTurn(Number(name))
  }

  return {
    start,
    finish: finishInTurn,
    async recover() {
      await mkdir(dir, { recursive: true })
      const looks = (await readdir(dir)).map((name) => lookAt(name))
      for (const look of await Promise.allSettled(looks)) {
        if (look.status === "rejected") log.error("a recording could not be recovered", { error: look.reason })
      }
    },
    async remove(key) {
      if (!keyPattern.test(key)) return
      await stop(Number(key))
      await finishing.get(Number(key))?.catch(() => {})
      const folder = folderOf(Number(key))
      const removed = `${folder}${removedSuffix}`
      // A part of a recording must not be taken for one after a crash.
      await rm(removed, { recursive: true, force: true })
      if (await isFolder(folder)) await rename(folder, removed)
      await rm(removed, { recursive: true, force: true })
    },
    async close() {
      closing.abort(new Error("the server stops"))
      await Promise.all([...recording.keys()].map(stop))
      await turn
    },
  }
}

const isFinished = (folder: string) => Bun.file(join(folder, finishedFile)).exists()

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
