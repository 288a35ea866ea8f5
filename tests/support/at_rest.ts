import { Database as SqliteFile } from "bun:sqlite"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { SQL } from "bun"
import { engine } from "../../src/db/kit.ts"
import { databaseFile } from "../../src/db/sqlite.ts"
import type { TestApp } from "./app.ts"

/** Everything the server keeps: the files of its folder as bytes, the database's log included, and every row. */
export async function keptAtRest(app: TestApp): Promise<string> {
  const { dataDir } = app.running.app.config
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const bytes = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1"))
  // The bytes' characters are one byte each, so that other scripts are found in the rows alone.
  return [...bytes, ...(await rowsAtRest(app))].join("\n")
}

/** Every row of every table, as text. */
export async function rowsAtRest({ running }: TestApp): Promise<string[]> {
  const { dataDir, databaseUrl } = running.app.config
  return engine === "postgres" ? rowsOfPostgres(databaseUrl ?? "") : rowsOfSqlite(join(dataDir, databaseFile))
}

function rowsOfSqlite(path: string): string[] {
  using file = new SqliteFile(path, { readonly: true })
  const tables = file.query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table'").all()
  return tables.flatMap(({ name }) =>
    file
      .query(`SELECT * FROM "${name}"`)
      .all()
      .map((row) => `${name} ${JSON.stringify(row)}`),
  )
}

async function rowsOfPostgres(databaseUrl: string): Promise<string[]> {
  await using database = new SQL(databaseUrl, { max: 1 })
  const tables = await database`SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
  const rows: string[] = []
  for (const { table_name } of tables) {
    const found = await database.unsafe(`SELECT row_to_json(t)::text AS row FROM "${table_name}" t`)
    for (const { row } of found) rows.push(`${table_name} ${row}`)
  }
  return rows
}
