import { Database as SqliteFile } from "bun:sqlite"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { SQL } from "bun"
import { isBusy } from "./error.ts"

/** Any number, as long as every server takes the same advisory lock. */
const serverLock = 7_221_145_402

/** Held by the one server of a database; it falls with the process, however that ends. */
export interface Lease {
  release(): Promise<void>
}

/**
 * Makes sure that no other server runs on this database: each would take the other's rooms for abandoned, and tell its own
 * sockets alone what happened.
 *
 * @throws when another server holds it, or the folder or server cannot be reached
 */
export function takeLease(dataDir: string, databaseUrl: string | undefined): Promise<Lease> {
  return databaseUrl === undefined ? leaseFolder(dataDir) : leasePostgres(databaseUrl)
}

async function leaseFolder(dataDir: string): Promise<Lease> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = new SqliteFile(join(dataDir, "serve.lock"), { create: true, readwrite: true })
  try {
    file.run("BEGIN EXCLUSIVE")
  } catch (error) {
    file.close()
    if (!isBusy(error)) throw error
    throw new Error(`Another server is running on the data folder ${dataDir} (DATA_DIR).`)
  }
  return { release: async () => file.close() }
}

async function leasePostgres(url: string): Promise<Lease> {
  const server = new SQL(url, { max: 1, idleTimeout: 0, connectionTimeout: 5 })
  const [row] = await server`SELECT pg_try_advisory_lock(${serverLock}) AS taken`
  const release = () => server.close({ timeout: 1 })
  if (row.taken) return { release }
  await release()
  throw new Error("Another server is running on the database of DATABASE_URL.")
}
