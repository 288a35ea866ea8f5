import { Database as SqliteFile } from "bun:sqlite"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { SQL } from "bun"
import type { DatabaseOptions } from "./database.ts"
import { isBusy } from "./error.ts"
import { naming } from "./open.ts"

/** Any number, as long as every server takes the same advisory lock. */
const serverLock = 7_221_145_402
/** Held by the one server of a database. */
export interface Lease {
  release(): Promise<void>
}

export interface LeaseOptions extends Pick<DatabaseOptions, "dataDir" | "databaseUrl"> {
  /** Called when another server holds the database now; this one must end. */
  onLost(): void
  /** How often to look whether Postgres still knows this server as the one, in milliseconds. */
  watchPause?: number
}

/**
 * Makes sure that no other server runs on this database: each would take the other's rooms for abandoned, and tell its own
 * sockets alone what happened.
 *
 * @throws when another server holds it, or it cannot be reached
 */
export function takeLease(options: LeaseOptions): Promise<Lease> {
  const { dataDir, databaseUrl } = options
  return naming(options, () => (databaseUrl === undefined ? leaseFolder(dataDir) : leasePostgres(databaseUrl, options)))
}

/** The file in the data folder whose lock the one server of it holds. */
export const serverLockFile = "serve.lock"

const leaseFolder = (dataDir: string) => lockFolder(dataDir, serverLockFile, "another server is running on it.")

/** Takes the lock of a file in the data folder; it falls with the process, however that ends. @throws what is said if it is taken */
export async function lockFolder(dataDir: string, name: string, taken: string): Promise<Lease> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = new SqliteFile(join(dataDir, name), { create: true, readwrite: true })
  try {
    file.run("BEGIN EXCLUSIVE")
  } catch (error) {
    file.close()
    throw isBusy(error) ? new Error(taken) : error
  }
  return { release: async () => file.close() }
}

/** Postgres' lock falls with its connection, so that is watched, and the lock taken again on the next one. */
async function leasePostgres(url: string, { onLost, watchPause = 5_000 }: LeaseOptions): Promise<Lease> {
  const server = new SQL(url, { max: 1, idleTimeout: 0, connectionTimeout: 5 })
  const release = () => server.close({ timeout: 1 })
  try {
    if (!(await holds(server))) throw new Error("another server is running on it.")
  } catch (error) {
    await release()
    throw error
  }
  const watch = setInterval(async () => {
    // While Postgres cannot be reached nobody else can take the lock either.
    if (!(await holds(server).catch(() => true))) onLost()
  }, watchPause)
  watch.unref()
  return {
    async release() {
      clearInterval(watch)
      // Postgres notices a closed connection when it gets round to it, and whoever starts next may be quicker.
      await server`SELECT pg_advisory_unlock_all()`.catch(() => {})
      await release()
    },
  }
}

/** Whether this connection has the lock, taking it if nobody has. */
async function holds(server: SQL): Promise<boolean> {
  const [row] = await server`
    SELECT EXISTS (
      SELECT FROM pg_locks
      WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objsubid = 1
        AND (classid::bigint << 32) + objid::bigint = ${serverLock}
    ) OR pg_try_advisory_lock(${serverLock}) AS held`
  return row.held
}
