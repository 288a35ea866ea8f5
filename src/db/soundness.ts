import { Database as SqliteFile } from "bun:sqlite"

export interface Contents {
  /** The migrations it has seen, in order. */
  migrations: string[]
  /** Rows by table. */
  rows: Record<string, number>
}

/** Faults that are told. */
const faultsMax = 5

/**
 * Proves a SQLite file that nobody else has open, and makes it one that needs no log beside it.
 *
 * @throws with what is wrong when a page, an index or a reference is
 */
export function proveSound(path: string): Contents {
  using file = new SqliteFile(path, { readwrite: true })
  file.run("PRAGMA journal_mode = DELETE")
  file.run("PRAGMA cache_size = -65536")
  const found = file.query<{ integrity_check: string }, []>(`PRAGMA integrity_check(${faultsMax})`).all()
  const faults = found.map(({ integrity_check }) => integrity_check).filter((words) => words !== "ok")
  if (faults.length > 0) throw new Error(`The database is damaged: ${faults.join("; ")}`)
  const [broken] = file.query<{ table: string; rowid: number }, []>("PRAGMA foreign_key_check").all()
  if (broken) throw new Error(`The database is damaged: row ${broken.rowid} of ${broken.table} refers to none.`)
  return { migrations: migrationsOf(file), rows: rowsOf(file) }
}

const migrationsOf = (file: SqliteFile) =>
  file
    .query<{ name: string }, []>("SELECT name FROM migrations ORDER BY name")
    .all()
    .map(({ name }) => name)

function rowsOf(file: SqliteFile): Record<string, number> {
  const tables = file
    .query<{ name: string }, []>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .all()
  const count = ({ name }: { name: string }) =>
    file.query<{ rows: number }, []>(`SELECT count(*) AS rows FROM "${name}"`).get()?.rows ?? 0
  return Object.fromEntries(tables.map((table) => [table.name, count(table)]))
}
