import type { Log } from "../log.ts"
import type { CheckpointReport, CheckpointRequest } from "./checkpoint_worker.ts"

/** Folding the log at most this often keeps it short without fighting the writer, in milliseconds. */
const pause = 1_000
/** A log longer than this, in bytes, is reset by force: the worker then holds the write lock for a moment. */
const logMax = 64 * 1024 * 1024

export interface Checkpointer {
  /** Tells that commits were written; a checkpoint follows within a second. */
  logGrew(): void
  stop(): Promise<void>
}

/** Folds SQLite's write-ahead log into the database in a worker thread: its syncs would stop the loop for milliseconds. */
export function startCheckpointer(path: string, log: Log): Checkpointer {
  const worker = new Worker(new URL("./checkpoint_worker.ts", import.meta.url).href)
  let timer: ReturnType<typeof setTimeout> | undefined
  let working = false
  let grewMeanwhile = false
  let force = false
  let whenDone: (() => void) | undefined

  const request = () => {
    timer = undefined
    working = true
    grewMeanwhile = false
    worker.postMessage({ path, force } satisfies CheckpointRequest)
  }
  const logGrew = () => {
    grewMeanwhile = true
    if (!working) timer ??= setTimeout(request, pause)
  }
  worker.onmessage = ({ data }: MessageEvent<CheckpointReport>) => {
    working = false
    if (data.error) log.warn("checkpoint failed", { reason: data.error })
    force = data.logBytes > logMax
    if (whenDone) whenDone()
    else if (grewMeanwhile || force) logGrew()
  }
  worker.onerror = (event) => log.error("checkpoint worker", { reason: event.message })
  worker.unref()

  return {
    logGrew,
    async stop() {
      clearTimeout(timer)
      if (working) {
        await new Promise<void>((resolve) => {
          whenDone = resolve
        })
      }
      worker.terminate()
    },
  }
}
