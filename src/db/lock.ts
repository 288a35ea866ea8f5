import { asc, eq, inArray, sql } from "drizzle-orm"
import type { PgSelectBase } from "drizzle-orm/pg-core"
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core"
import { engine } from "./kit.ts"
import type { Db } from "./query.ts"

/** Whether rows can be held at all: on SQLite every write holds everything, so reading them is enough. */
export const holdsRows = engine === "postgres"

/**
 * Holds a name until the write ends, for rules about rows that are not there yet. On SQLite every write holds everything.
 */
export async function lockName(tx: Db, name: string): Promise<void> {
  if (engine === "sqlite") return
  await tx.select({ locked: sql`pg_advisory_xact_lock(hashtextextended(${name}, 0))` }).from(sql`(values (1)) as one`)
}

/**
 * Holds a row until the write ends, so that writes about the same thing take turns. Needed on Postgres alone: SQLite has
 * one writer. Rows of a kind are locked in the order of their ids, or two writes could wait for each other.
 */
export async function lockRow(tx: Db, table: SQLiteTable & { id: SQLiteColumn }, id: number): Promise<void> {
  if (engine === "sqlite") return
  const row = tx.select({ id: table.id }).from(table).where(eq(table.id, id))
  await (row as unknown as PgSelectBase<"locked", Record<string, never>, "single">).for("update")
}

/**
 * Holds several rows until the write ends, in the order of their ids, so that writes about some of the same rows take turns
 * and never wait for each other in a circle. Whoever merely refers to one of them need not wait.
 */
export async function lockRows(tx: Db, table: SQLiteTable & { id: SQLiteColumn }, ids: number[]): Promise<void> {
  if (engine === "sqlite") return
  const rows = tx.select({ id: table.id }).from(table).where(inArray(table.id, ids)).orderBy(asc(table.id))
  await (rows as unknown as PgSelectBase<"locked", Record<string, never>, "single">).for("no key update")
}

/**
 * Makes a query hold the rows it finds until the write ends, for a decision that stands on what they say. On SQLite every
 * write holds everything.
 */
export function held<Query>(select: Query): Query {
  if (engine === "sqlite") return select
  return (select as { for(strength: "update"): Query }).for("update")
}
