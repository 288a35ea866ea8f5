import type { Log } from "../log.ts"
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

export interface DatabaseOptions {
  /** Postgres' address, or undefined for SQLite in the data folder. */
  databaseUrl: string | undefined
  /** The folder that holds `mili.db`; made when missing. */
  dataDir: string
  log: Log
  /** Called when a write's durability can no longer be promised; the process must end. */
  onFatal(error: unknown): void
}
