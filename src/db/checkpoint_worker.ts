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
  /** Length of the log, in bytes. */
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
    // A reset folds under the write lock; after a long log that had piled up, so little is left to it.
    const row = work === "reset" ? fold(connection, "TRUNCATE") : folded
    return { logBytes: row.log * pageBytes, heldBytes: (row.log - row.checkpointed) * pageBytes }
  } catch (error) {
    return { logBytes: 0, heldBytes: 0, error: String(error) }
  }
}

const fold = (file: Database, mode: "PASSIVE" | "TRUNCATE") =>
  file.query(`PRAGMA wal_checkpoint(${mode})`).get() as Record<"log" | "checkpointed", number>

function connect(path: string): Database {
  const opened = new Database(path)
  // A reset that waits for a reader holds the write lock.
  opened.run("PRAGMA busy_timeout = 250")
  opened.run("PRAGMA synchronous = NORMAL")
  opened.run("PRAGMA wal_autocheckpoint = 0")
  return opened
}
