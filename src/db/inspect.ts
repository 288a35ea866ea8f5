import { Database as SqliteFile } from "bun:sqlite"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { SQL } from "bun"
import { outstanding } from "./migrate.ts"
import { migrations } from "./migrations/list.ts"
import { databaseFile } from "./sqlite.ts"

/** What can be said of a database without changing what it holds. */
export interface Inspection {
  /** Nothing was ever kept there. */
  isNew: boolean
  /** Migrations that the next start will apply. */
  pending: number
  /** How far its clock is from this machine's, in milliseconds. */
  clockAway: number
}

/** @throws when it cannot be reached or read, or is newer than this program */
export function inspectDatabase(dataDir: string, databaseUrl: string | undefined): Promise<Inspection> {
  return databaseUrl === undefined ? inspectSqlite(join(dataDir, databaseFile)) : inspectPostgres(databaseUrl)
}

async function inspectSqlite(path: string): Promise<Inspection> {
  if (!existsSync(path)) return { isNew: true, pending: migrations.sqlite.length, clockAway: 0 }
  const file = new SqliteFile(path, { readonly: true })
  try {
    const rows = file.query<{ name: string }, []>("SELECT name FROM migrations").all()
    const applied = rows.map(({ name }) => name)
    return { isNew: false, pending: outstanding(applied, migrations.sqlite).length, clockAway: 0 }
  } finally {
    file.close()
  }
}

async function inspectPostgres(url: string): Promise<Inspection> {
  await using server = new SQL(url, { max: 1, connectionTimeout: 5 })
  const [{ now, ledger }] = await server`
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now, to_regclass('migrations')::text AS ledger`
  const rows: { name: string }[] = ledger ? await server`SELECT name FROM migrations` : []
  const applied = rows.map(({ name }) => name)
  return {
    isNew: !ledger,
    pending: outstanding(applied, migrations.postgres).length,
    clockAway: Math.abs(Number(now) - Date.now()),
  }
}
