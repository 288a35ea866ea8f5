import type { SQL } from "drizzle-orm"
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core"
import type { Db } from "./query.ts"

/** Nothing is counted beyond: whoever asks should not wait for it. */
const countMax = 1_000

/** How many rows match, up to a thousand. */
export async function countUpTo(
  db: Db,
  table: SQLiteTable & { id: SQLiteColumn },
  matches: SQL | undefined,
): Promise<number> {
  const some = await db.select({ id: table.id }).from(table).where(matches).limit(countMax)
  return some.length
}
