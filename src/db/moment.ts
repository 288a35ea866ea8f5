import { Database as SqliteFile } from "bun:sqlite"
import { join } from "node:path"
import { SQL } from "bun"
import type { DatabaseOptions } from "./database.ts"
import { inspectDatabase } from "./inspect.ts"
import { naming } from "./open.ts"
import { databaseFile } from "./sqlite.ts"

export type Row = Record<string, unknown>

/** A database as it was at one moment, whatever is written meanwhile. */
export interface Moment {
  /** Runs a query; numbers come as the engine's driver has them, so read them with `Number`. */
  rows(query: string): Promise<Row[]>
}

/** How long one query may take on Postgres, in milliseconds. */
const queryMax = 3_600_000

/**
 * Looks at one moment of the database for as long as it takes, on a connection of its own that cannot write and that no
 * writer waits for.
 *
 * @throws when the database cannot be reached, or is not at this program's version
 */
export async function atOneMoment<T>(
  options: Pick<DatabaseOptions, "dataDir" | "databaseUrl">,
  look: (moment: Moment) => Promise<T>,
): Promise<T> {
  const { dataDir, databaseUrl } = options
  await naming(options, async () => {
    const { isNew, pending } = await inspectDatabase(dataDir, databaseUrl)
    if (isNew || pending > 0) throw new Error("it is not at this program's version; run mili migrate first.")
  })
  if (databaseUrl !== undefined) return lookAtPostgres(databaseUrl, look)
  return lookAtSqlite(join(dataDir, databaseFile), look)
}

async function lookAtSqlite<T>(path: string, look: (moment: Moment) => Promise<T>): Promise<T> {
  const file = new SqliteFile(path, { readonly: true })
  try {
    // Sorting millions of rows takes as much memory as this, and temporary files beyond.
    file.run("PRAGMA cache_size = -65536")
    file.run("BEGIN")
    return await look({
      async rows(query) {
        using statement = file.prepare<Row, []>(query)
        return statement.all()
      },
    })
  } finally {
    file.close()
  }
}

async function lookAtPostgres<T>(url: string, look: (moment: Moment) => Promise<T>): Promise<T> {
  const connection = { statement_timeout: queryMax, work_mem: "64MB" }
  await using server = new SQL(url, { max: 1, connectionTimeout: 5, idleTimeout: 0, connection })
  return await server.begin("isolation level repeatable read read only", async (session) =>
    look({ rows: (query) => session.unsafe(query) }),
  )
}
