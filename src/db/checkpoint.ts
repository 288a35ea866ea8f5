import type { Log } from "../log.ts"
import type { CheckpointReport, CheckpointRequest } from "./checkpoint_worker.ts"

interface Limits {
  /** Folding the log at most this often keeps it short without fighting the writer, in milliseconds. */
  pause: number
  /** A log longer than this, in bytes, is reset by force: the worker then holds the write lock for a moment. */
  logMax: number
}

const defaultLimits: Limits = { pause: 1_000, logMax: 64 * 1024 * 1024 }

export interface Checkpointer {
  /** Tells that commits were written; a checkpoint follows within a second. */
  logGrew(): void
  /** Lets the work under way finish, and the file go. */
  stop(): Promise<void>
}

/** Folds SQLite's write-ahead log into the database in a worker thread: its syncs would stop the loop for milliseconds. */
export function startCheckpointer(path: string, log: Log, { pause, logMax } = defaultLimits): Checkpointer {
  const worker = new Worker(new URL("./checkpoint_worker.ts", import.meta.url).href)
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false
  let grewMeanwhile = false
  let tooLong = false
  let answered: ((report: CheckpointReport) => void) | undefined
  let working: Promise<unknown> = Promise.resolve()
  let dead: CheckpointReport | undefined

  /** Asks the worker for one thing at a time; for a worker that died the answer is why, or a stop would wait for ever. */
  function ask(work: CheckpointRequest["work"]): Promise<CheckpointReport> {
    const turn = working.then(
      () =>
        new Promise<CheckpointReport>((resolve) => {
          if (dead) return resolve(dead)
          answered = resolve
          worker.postMessage({ path, work } satisfies CheckpointRequest)
        }),
    )
    working = turn
    return turn
  }
  worker.onmessage = ({ data }: MessageEvent<CheckpointReport>) => answered?.(data)
  worker.onerror = ({ message }) => {
    dead = { logBytes: 0, heldBytes: 0, error: message }
    answered?.(dead)
  }
  worker.unref()

  async function fold() {
    grewMeanwhile = false
    const work = tooLong ? "reset" : "fold"
    const { logBytes, heldBytes, error } = await ask(work)
    timer = undefined
    if (error) log.warn("checkpoint failed", { reason: error })
    // A reset that some reader kept from succeeding is not repeated at once: while it waits, the writer waits too.
    // Nor is it tried in vain: whoever holds so much of the log, an audit or a backup, will hold it for a while.
    tooLong = work === "fold" && logBytes > logMax && heldBytes < logMax / 64
    if (grewMeanwhile || logBytes > logMax) logGrew()
  }

  function logGrew() {
    grewMeanwhile = true
    if (!stopped) timer ??= setTimeout(fold, tooLong ? 0 : pause)
  }

  return {
    logGrew,
    async stop() {
      stopped = true
      clearTimeout(timer)
      // It may be all that a program on its way out still waits for.
      worker.ref()
      const { error } = await ask("close")
      if (error) log.warn("checkpoint worker was not closed", { reason: error })
      worker.terminate()
    },
  }
}
