import { Database } from "bun:sqlite"

export interface CheckpointRequest {
  path: string
  /** Wait for readers and start the log over, instead of folding in what nobody needs. */
  force: boolean
}

export interface CheckpointReport {
  /** Bytes of the log that still wait to be folded in, or that were there before a forced reset. */
  logBytes: number
  error?: string
}

declare const self: Worker

const pageBytes = 4096
let connection: Database | undefined

self.onmessage = ({ data }: MessageEvent<CheckpointRequest>) => {
  self.postMessage(checkpoint(data))
}

function checkpoint({ path, force }: CheckpointRequest): CheckpointReport {
  try {
    connection ??= connect(path)
    const mode = force ? "TRUNCATE" : "PASSIVE"
    const row = connection.query(`PRAGMA wal_checkpoint(${mode})`).get() as { log: number; busy: number }
    return { logBytes: force && row.busy === 0 ? 0 : row.log * pageBytes }
  } catch (error) {
    return { logBytes: 0, error: String(error) }
  }
}

function connect(path: string): Database {
  const opened = new Database(path)
  opened.run("PRAGMA synchronous = NORMAL")
  opened.run("PRAGMA wal_autocheckpoint = 0")
  opened.run("PRAGMA busy_timeout = 2000")
  return opened
}
