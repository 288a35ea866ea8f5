import { type SQL, sql } from "drizzle-orm"
import type { SQLiteColumn } from "drizzle-orm/sqlite-core"
import { engine } from "./kit.ts"

/** A text compared byte by byte, as SQLite does anyhow: Postgres goes by the language that the database was made for. */
export const bytewise = (column: SQLiteColumn): SQL =>
  engine === "postgres" ? sql`${column} collate "C"` : sql`${column}`

/** Comes after every text that begins like this, byte by byte. */
export const pastPrefix = (prefix: string): string => `${prefix}\u{10FFFF}`
