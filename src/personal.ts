import { and, asc, eq, gt, inArray, lte, max, or, type SQL } from "drizzle-orm"
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core"
import type { App } from "./app.ts"
import type { Db } from "./db/query.ts"
import { type After, write } from "./db/write.ts"

export type Row = Record<string, unknown>
type PersonalTable = SQLiteTable & { id: SQLiteColumn }

/**
 * What becomes of rows when their person is erased: they are deleted, or lose what these columns said, or stay for a reason, or
 * a verb sees to them in writes of its own, which may come again; `at closing` the feature's {@link PersonalData.close} did.
 */
type Erasure<T extends PersonalTable> =
  | "deleted"
  | "at closing"
  | { blanked: Partial<T["$inferInsert"]> }
  | { kept: string }
  | ((app: App, userId: number) => Promise<unknown>)

/** The rows of a table that are about a person. */
export interface Holding<T extends PersonalTable = PersonalTable> {
  /** What an export calls them; no other rows are called so. */
  name: string
  table: T
  /** The columns that name the person by number: any of them makes a row the person's. */
  whose: SQLiteColumn[]
  /** Where that is not how the person's rows are known. */
  match?(db: Db, userId: number): SQL | undefined
  /** Columns that an export leaves out: hashes, sealed texts, what is none of the person's business. */
  without?: (keyof T["$inferSelect"] & string)[]
  /** What it says in their place; in full only when the operator asks for the person's identity. */
  reveal?(app: App, row: T["$inferSelect"], inFull: boolean): Row
  /** Why an export leaves these rows out altogether. */
  untold?: string
  erasure: Erasure<T>
}

/** What a feature keeps of people, a holding for every way in which a table of it is about somebody. */
export interface PersonalData {
  holdings: Holding[]
  /**
   * What must happen in the very write that closes the account for good, and holds its user's row.
   *
   * @throws {Refusal} when the account cannot be closed yet
   */
  close?(closing: Closing): Promise<unknown>
}

export interface Closing {
  app: App
  tx: Db
  after: After
  userId: number
  /** Says what of the person's money will be nobody's. */
  leave(what: string): void
}

/** A holding whose columns are checked against its table. */
export const holding = <T extends PersonalTable>(one: Holding<T>): Holding => one as unknown as Holding

/** Ids looked at in one query, and rows changed in one write. */
const span = 20_000
const batch = 1_000

const matchOf = ({ whose, match }: Holding, db: Db, userId: number) =>
  match ? match(db, userId) : or(...whose.map((column) => eq(column, userId)))

/** The person's rows, oldest first, as many at once as lie within a stretch of ids. */
export async function* rowsOf(db: Db, one: Holding, userId: number): AsyncGenerator<Row[]> {
  const { table } = one
  const [last] = await db.select({ id: max(table.id).mapWith(Number) }).from(table)
  for (let from = 0; from < (last?.id ?? 0); from += span) {
    const rows = await db
      .select()
      .from(table)
      .where(and(gt(table.id, from), lte(table.id, from + span), matchOf(one, db, userId)))
      .orderBy(asc(table.id))
    if (rows.length > 0) yield rows
  }
}

/** Does to the person's rows what the holding says, in as many writes as it takes; doing it again does no harm. */
export async function eraseRows(app: App, one: Holding, userId: number): Promise<void> {
  const { table, erasure } = one
  if (typeof erasure === "function") return void (await erasure(app, userId))
  if (erasure === "at closing" || (erasure !== "deleted" && "kept" in erasure)) return
  for await (const rows of rowsOf(app.db.read, one, userId)) {
    const ids = rows.map((row) => Number(row["id"]))
    for (let first = 0; first < ids.length; first += batch) {
      const these = inArray(table.id, ids.slice(first, first + batch))
      await write(app, (tx) =>
        erasure === "deleted"
          ? tx.delete(table).where(these).returning({ id: table.id })
          : tx
              .update(table)
              .set(erasure.blanked as never)
              .where(these)
              .returning({ id: table.id }),
      )
    }
  }
}
