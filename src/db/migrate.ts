import type { Database as SqliteFile } from "bun:sqlite"
import type { ReservedSQL, SQL } from "bun"
import { type Migration, migrations } from "./migrations/list.ts"

/** The ledger of what was applied; it is made outside the migrations, which it counts. */
const ledger = "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY NOT NULL, applied_at bigint NOT NULL)"
const sqliteLedger =
  "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY NOT NULL, applied_at integer NOT NULL) STRICT"
/** Any number, as long as every copy of the program takes the same advisory lock. */
const migrationLock = 7_221_145_401

/** Brings a SQLite file to this binary's version in one transaction. @throws when the file is newer than the binary */
export function migrateSqlite(file: SqliteFile, known: Migration[] = migrations.sqlite): void {
  file.run(sqliteLedger)
  const applied = () =>
    file
      .query<{ name: string }, []>("SELECT name FROM migrations ORDER BY name")
      .all()
      .map(({ name }) => name)
  if (outstanding(applied(), known).length === 0) return
  // A table is rebuilt by dropping it, which would cascade; and inside a transaction this pragma does nothing.
  file.run("PRAGMA foreign_keys = OFF")
  file.run("BEGIN IMMEDIATE")
  try {
    for (const { name, sql } of outstanding(applied(), known)) {
      for (const statement of statements(sql)) file.run(statement)
      file.run("INSERT INTO migrations (name, applied_at) VALUES (?, ?)", [name, Date.now()])
    }
    if (file.query("PRAGMA foreign_key_check").all().length > 0) throw new Error("A migration broke a foreign key.")
    file.run("COMMIT")
  } catch (error) {
    if (file.inTransaction) file.run("ROLLBACK")
    throw error
  } finally {
    file.run("PRAGMA foreign_keys = ON")
  }
}

/** Brings a Postgres database to this binary's version in one transaction; copies that start together take turns. */
export async function migratePostgres(pool: SQL, known: Migration[] = migrations.postgres): Promise<void> {
  await pool.begin(async (connection) => {
    // Waiting for another copy, or filling a large table, may take longer than a write is allowed to.
    await connection.unsafe("SET LOCAL statement_timeout = 0")
    await connection.unsafe(`SELECT pg_advisory_xact_lock(${migrationLock})`)
    await connection.unsafe(ledger)
    for (const { name, sql } of outstanding(await appliedIn(connection), known)) {
      for (const statement of statements(sql)) await connection.unsafe(statement)
      await connection.unsafe("INSERT INTO migrations (name, applied_at) VALUES ($1, $2)", [name, Date.now()])
    }
  })
}

async function appliedIn(connection: Pick<ReservedSQL, "unsafe">): Promise<string[]> {
  const rows: { name: string }[] = await connection.unsafe("SELECT name FROM migrations ORDER BY name")
  return rows.map(({ name }) => name)
}

/** What the binary knows and the database has not seen. @throws when the database has seen what the binary does not know */
export function outstanding(applied: string[], known: Migration[]): Migration[] {
  const names = new Set(known.map(({ name }) => name))
  const stranger = applied.find((name) => !names.has(name))
  if (stranger) {
    throw new Error(`The database is newer than this program: it has "${stranger}". Start the newer program instead.`)
  }
  const seen = new Set(applied)
  return known.filter(({ name }) => !seen.has(name))
}

const statements = (sql: string) => sql.split("--> statement-breakpoint").filter((statement) => statement.trim() !== "")
