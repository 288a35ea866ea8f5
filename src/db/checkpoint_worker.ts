import { Database } from "bun:sqlite"

export interface CheckpointRequest {
  path: string
  /**
   * `fold` takes in what nobody needs; `reset` waits for readers and starts the log over; `close` lets go of the file,
   * which a worker that is merely ended would not do.
   */
  work: "fold" | "reset" | "close"
}

export interface CheckpointReport {
  /** Length of the log, in bytes; none once the next write begins it anew. */
  logBytes: number
  /** Of it what could not be folded, since somebody still reads what the file holds in its place. */
  heldBytes: number
  error?: string
}

declare const self: Worker

const pageBytes = 4096
let connection: Database | undefined

self.onmessage = ({ data }: MessageEvent<CheckpointRequest>) => {
  self.postMessage(attempt(data))
}

function attempt({ path, work }: CheckpointRequest): CheckpointReport {
  try {
    if (work === "close") {
      connection?.close()
      return { logBytes: 0, heldBytes: 0 }
    }
    connection ??= connect(path)
    const folded = fold(connection, "PASSIVE")
    if (work === "fold") return reportOf(folded)
    // Under the write lock only what came meanwhile is left to fold. The file keeps its length and is written over from its
    // beginning: giving hundreds of megabytes back would hold up every sync.
    const reset = fold(connection, "RESTART")
    return reset.busy === 0 ? { logBytes: 0, heldBytes: 0 } : reportOf(reset)
  } catch (error) {
    return { logBytes: 0, heldBytes: 0, error: String(error) }
  }
}

type Outcome = Record<"busy" | "log" | "checkpointed", number>

const fold = (file: Database, mode: "PASSIVE" | "RESTART") =>
  file.query(`PRAGMA wal_checkpoint(${mode})`).get() as Outcome

const reportOf = ({ log, checkpointed }: Outcome): CheckpointReport => ({
  logBytes: log * pageBytes,
  heldBytes: (log - checkpointed) * pageBytes,
})

function connect(path: string): Database {
  const opened = new Database(path)
  // A reset that waits for a reader holds the write lock.
  opened.run("PRAGMA busy_timeout = 250")
  opened.run("PRAGMA synchronous = NORMAL")
  opened.run("PRAGMA wal_autocheckpoint = 0")
  return opened
}
