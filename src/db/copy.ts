import { closeSync, fdatasyncSync, openSync, statSync } from "node:fs"
import { backup, DatabaseSync } from "node:sqlite"

/** Copied in a step, in pages of 4 KiB. */
const stepPages = 1_024
/** Steps after which the copy is synced: what piles up unwritten would delay the syncs of whoever writes. */
const syncEvery = 4
/** How long a lock is waited for, in milliseconds. */
const busyMax = 5_000

export interface CopyOptions {
  from: string
  /** A file that is not there yet. */
  to: string
  /** Waited for once the moment is fixed that the copy will show. */
  onMoment?: () => Promise<unknown>
  /** How far the log may grow meanwhile, in bytes. */
  logGrowthMax: number
}

/**
 * Copies a SQLite database as it is at one moment, by SQLite's online backup, in a process that may be stopped for each sync.
 * A read held over all steps keeps the copy from beginning again after every write of another process. Writers do not wait,
 * but their log cannot be folded in until it is over.
 *
 * @throws when the database cannot be read, or its log grows further than it may
 */
export async function copyDatabase({ from, to, onMoment, logGrowthMax }: CopyOptions): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: busyMax })
  const target = openSync(to, "wx", 0o600)
  const logMax = logBytes(from) + logGrowthMax
  let steps = 0
  try {
    source.exec("BEGIN")
    source.prepare("SELECT count(*) FROM sqlite_schema").get()
    await onMoment?.()
    await backup(source, to, {
      rate: stepPages,
      progress() {
        steps += 1
        if (steps % syncEvery === 0) fdatasyncSync(target)
        if (logBytes(from) > logMax) throw new Error(tooMuchWritten)
      },
    })
  } finally {
    closeSync(target)
    source.close()
  }
}

const tooMuchWritten = "So much is written that the database's log takes too much room; back up at a quieter hour."

const logBytes = (path: string) => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
