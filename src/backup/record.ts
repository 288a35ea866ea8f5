import { readFileSync } from "node:fs"
import { join } from "node:path"
import { realDisk } from "../storage/disk.ts"

/** Inside the data folder: what came of the nightly backups. */
const recordFile = "backup.json"
/** A backup is overdue when there was none for so long, in milliseconds: a night and some hours to try again. */
const overdueAfter = 30 * 3_600_000

export interface Success {
  /** When it was begun, in milliseconds since 1970. */
  at: number
  seconds: number
  bytes: number
  name: string
}

export interface BackupRecord {
  success?: Success
  /** The last attempt, if it failed. */
  failure?: { at: number; why: string }
}

/** Nothing where there is none, or none that can be read. */
export function readRecord(dataDir: string): BackupRecord {
  try {
    return JSON.parse(readFileSync(join(dataDir, recordFile), "utf8"))
  } catch {
    return {}
  }
}

export const writeRecord = (dataDir: string, record: BackupRecord): Promise<void> =>
  realDisk.write(join(dataDir, recordFile), `${JSON.stringify(record)}\n`)

export const isOverdue = ({ success }: BackupRecord, now: number) => (success?.at ?? 0) < now - overdueAfter

/** What is wrong with the nightly backups, for the operator; undefined when nothing is. */
export function complaintOf({ success, failure }: BackupRecord, now: number): string | undefined {
  const last = success ? `the last is of ${new Date(success.at).toISOString()}` : "there is none yet"
  if (failure) return `the last attempt failed: ${failure.why} (${last})`
  return success && isOverdue({ success }, now) ? `overdue: ${last}` : undefined
}
