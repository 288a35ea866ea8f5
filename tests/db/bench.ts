import { Database as SqliteFile } from "bun:sqlite"
import { join } from "node:path"
import { SQL } from "bun"
import type { Database } from "../../src/db/database.ts"
import { causes } from "../../src/db/error.ts"
import { engine, id, int, table, text } from "../../src/db/kit.ts"
import { openDatabase } from "../../src/db/open.ts"
import { query } from "../../src/db/query.ts"
import { createLog, type Log } from "../../src/log.ts"
import { freshHome, type Home } from "../support/app.ts"

/** A table of the tests' own: its parents may be missing until COMMIT, and its names are unique. */
export const marks = table("marks", { id: id(), name: text().notNull(), parentId: int() })

/** The same as each engine is told. */
export const marksTable = {
  sqlite: `CREATE TABLE marks (
    id integer PRIMARY KEY AUTOINCREMENT NOT NULL,
    name text NOT NULL UNIQUE,
    parent_id integer REFERENCES marks(id) DEFERRABLE INITIALLY DEFERRED
  ) STRICT`,
  postgres: `CREATE TABLE marks (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    parent_id bigint REFERENCES marks(id) DEFERRABLE INITIALLY DEFERRED
  )`,
}

type Row = Record<string, unknown>

/** An open database with the tests' table, and a connection beside it as another program would have one. */
export interface Bench extends AsyncDisposable {
  db: Database
  log: Log
  home: Home
  logged: string[]
  /** What the database said it cannot live with. */
  fatal: unknown[]
  /** Runs SQL on the connection beside. */
  beside(statement: string): Promise<Row[]>
  /** Closes that connection early. */
  disconnect(): Promise<void>
  /** Committed names, seen from beside, in order. */
  names(): Promise<string[]>
  now(): number
  /** Moves the clock ahead, in milliseconds. */
  pass(milliseconds: number): void
}

/** Opens a fresh database, at another address of the same server if told. */
export async function openBench(through?: (address: string) => string): Promise<Bench> {
  const home = await freshHome()
  const logged: string[] = []
  const fatal: unknown[] = []
  const log = createLog((line) => logged.push(line), "debug")
  const beside = neighbour(home)
  await beside.run(marksTable[engine])
  const address = home.env["DATABASE_URL"]
  const db = await openDatabase({
    databaseUrl: address && (through?.(address) ?? address),
    dataDir: home.dataDir,
    log,
    onFatal: (error) => fatal.push(error),
  })
  let ahead = 0
  return {
    db,
    log,
    home,
    logged,
    fatal,
    beside: beside.run,
    disconnect: beside.close,
    names: async () => (await beside.run("SELECT name FROM marks ORDER BY id")).map(({ name }) => String(name)),
    now: () => Date.now() + ahead,
    pass(milliseconds) {
      ahead += milliseconds
    },
    async [Symbol.asyncDispose]() {
      await db.close()
      await beside.close()
      await home.remove()
    },
  }
}

/** A connection of its own to a home's database, whose statements wait for nobody. */
export function neighbour(home: Home) {
  if (engine === "sqlite") {
    const file = new SqliteFile(join(home.dataDir, "mili.db"))
    return {
      run: async (statement: string): Promise<Row[]> => file.query<Row, []>(statement).all(),
      close: async () => file.close(),
    }
  }
  const pool = new SQL(home.env["DATABASE_URL"] ?? "", { max: 1 })
  return {
    run: async (statement: string): Promise<Row[]> => await pool.unsafe(statement),
    close: () => pool.close(),
  }
}

/** Adds a row, with a prepared statement. */
export const mark = query<{ name: string }>()((db, $) =>
  db.insert(marks).values({ name: $.name }).returning({ id: marks.id }).prepare(),
)

/** Whom no row can have for a parent. */
export const nobody = 999_999

/** Adds a row whose parent is missing, which the database notices at COMMIT only. */
export const orphan = query<{ name: string }>()((db, $) =>
  db.insert(marks).values({ name: $.name, parentId: nobody }).returning({ id: marks.id }).prepare(),
)

/** How a promise ended: `kept`, a refusal's reason, or the words of what caused the error. */
export async function fate(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return "kept"
  } catch (error) {
    const root = causes(error).at(-1)
    if (!root) return String(error)
    return "reason" in root ? String(root.reason) : root.message
  }
}

/** Waits, turn by turn of the loop, until something holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("It never came to that.")
    await new Promise(setImmediate)
  }
}
