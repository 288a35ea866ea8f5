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
  return naming(options, async () => {
    if (databaseUrl === undefined) return (await import("./sqlite.ts")).openSqlite(options)
    return (await import("./postgres.ts")).openPostgres({ ...options, databaseUrl })
  })
}

/** Does something with a database, and says which one when that fails; never with the password. */
export async function naming<T>(
  { dataDir, databaseUrl }: Pick<DatabaseOptions, "dataDir" | "databaseUrl">,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const host = databaseUrl === undefined ? undefined : URL.parse(databaseUrl)?.host
    const where = databaseUrl === undefined ? `in DATA_DIR ${dataDir}` : `of DATABASE_URL at ${host}`
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`The database ${where} cannot be opened: ${reason}`, { cause: error })
  }
}
