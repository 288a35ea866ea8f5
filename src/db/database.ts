import type { Log } from "../log.ts"
import type { Histogram } from "../metrics.ts"
import type { Db } from "./query.ts"

export interface DatabaseStatistics {
  /** Bodies waiting for their turn. */
  queued: number
  /** Transactions committed since the start. */
  commits: number
  /** Bodies that those transactions carried. */
  writes: number
}

export interface Database {
  /** Sees what is committed, never an unfinished write. */
  read: Db
  /** Runs a body in a transaction and resolves once it is durable; use `write(app, …)`, which also runs its effects. */
  write<T>(body: (tx: Db) => Promise<T>): Promise<T>
  statistics(): DatabaseStatistics
  /** Finishes the writes under way, then closes. */
  close(): Promise<void>
}

/** What is measured of a database, in seconds. */
export interface DatabaseWatch {
  /** From the beginning of a transaction to its commit. */
  committed: Histogram
  /** Syncs of SQLite's log; Postgres syncs as it commits. */
  synced: Histogram
  /** SQLite's statements that take longer are logged, without their values; Postgres has a log of its own for them. */
  slowMs: number
}

export interface DatabaseOptions {
  /** Postgres' address, or undefined for SQLite in the data folder. */
  databaseUrl: string | undefined
  /** The folder that holds `mili.db`; made when missing. */
  dataDir: string
  log: Log
  watch?: DatabaseWatch
  /** Called when a write's durability can no longer be promised; the process must end. */
  onFatal(error: unknown): void
}
