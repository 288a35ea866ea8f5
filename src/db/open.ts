import type { Database, DatabaseOptions } from "./database.ts"
import { engine } from "./kit.ts"

/**
 * Opens the database of the engine that the tables were made for and brings it to the binary's version.
 *
 * @throws when the database is newer than the binary, unreachable or damaged
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl } = options
  if ((databaseUrl !== undefined) !== (engine === "postgres")) {
    throw new Error("DATABASE_URL must be set in the environment that the program is started with.")
  }
  const where =
    databaseUrl === undefined ? `in DATA_DIR ${options.dataDir}` : `of DATABASE_URL at ${hostOf(databaseUrl)}`
  try {
    if (databaseUrl === undefined) return await (await import("./sqlite.ts")).openSqlite(options)
    return await (await import("./postgres.ts")).openPostgres({ ...options, databaseUrl })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`The database ${where} cannot be opened: ${reason}`, { cause: error })
  }
}

/** Without the password. */
const hostOf = (url: string) => URL.parse(url)?.host ?? "an address that cannot be read"
