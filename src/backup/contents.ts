import { databaseFile } from "../db/sqlite.ts"
import type { Findings } from "./findings.ts"

/** What stands first: what the backup is and of when. */
export const manifestFile = "mili-backup.json"
/** What stands behind all files: their hashes, as `sha256sum` writes and checks them. */
export const sumsFile = "SHA256SUMS"
/** A line of it. */
export const sumLine = (sha256: string, path: string) => `${sha256}  ${path}\n`
/** What stands last: the SHA-256 of every byte before it. */
export const sealFile = "SEAL"

/** Pictures by their content's hash, and recordings by their room; the pieces of uploads under way are not kept. */
const picture = /^files\/kept\/[0-9a-f]{2}\/[0-9a-f]{64}$/
const recording = /^recordings\/[1-9]\d{0,15}\/[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9]+)?$/

export const isPicture = (path: string) => picture.test(path)
/** Drafts end in `.new` and are worth nothing after a crash. */
export const isRecording = (path: string) => recording.test(path) && !path.endsWith(".new")

/** Whether a backup may hold a file of this path, and so nothing outside the data folder or beside what the server keeps. */
export const isKeptPath = (path: string) => path === databaseFile || isPicture(path) || isRecording(path)

export interface Manifest {
  format: 1
  /** The program's version. */
  program: string
  /** When the database was as it is here (RFC 3339, UTC). */
  madeAt: string
  /** Tells whether a data key is the one that this was sealed with; null where none was found. */
  keyFingerprint: string | null
  database: {
    bytes: number
    /** The migrations it has seen. */
    migrations: string[]
    /** Rows by table. */
    rows: Record<string, number>
  }
  pictures: Sum
  /** Null when they were not asked for. */
  recordings: Sum | null
  findings: Findings | null
}

interface Sum {
  count: number
  bytes: number
}
