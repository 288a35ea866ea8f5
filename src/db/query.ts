import { type Placeholder, sql } from "drizzle-orm"
import type { BaseSQLiteDatabase } from "drizzle-orm/sqlite-core"
import { type Prepared, runnerOf } from "./prepared.ts"

/**
 * The part of drizzle's builder that both engines share. `read` handles and the `tx` of a write are both one; SQLite's
 * `get`, `all` and `run` are absent on purpose.
 */
export type Db = Pick<
  BaseSQLiteDatabase<"async", unknown>,
  "select" | "selectDistinct" | "insert" | "update" | "delete" | "with" | "$count" | "$with"
>

/** One typed placeholder a value, so that `$.id` cannot be misspelt. */
export type Placeholders<Values> = { [Name in keyof Values & string]: Placeholder<Name, Values[Name]> }

type Rows<P extends Prepared> = Awaited<ReturnType<P["execute"]>>

const placeholders = new Proxy({} as Record<string, Placeholder>, {
  get: (made, name: string) => {
    made[name] ??= sql.placeholder(name)
    return made[name]
  },
})

/**
 * A statement built once and prepared once a connection; a prepared statement used on another connection would read
 * stale rows, so the cache is keyed by the handle.
 *
 *     const userById = query<{ id: number }>()((db, $) => db.select().from(users).where(eq(users.id, $.id)).prepare())
 *     const [user] = await userById(app.db.read, { id })
 */
export const query =
  <Values extends object = Record<never, never>>() =>
  <P extends Prepared>(make: (db: Db, $: Placeholders<Values>) => P) => {
    const prepared = new WeakMap<Db, ReturnType<typeof runnerOf>>()
    return (db: Db, values: Values): Promise<Rows<P>> => {
      let run = prepared.get(db)
      if (!run) {
        run = runnerOf(make(db, placeholders as Placeholders<Values>))
        prepared.set(db, run)
      }
      return run(values as Record<string, unknown>) as Promise<Rows<P>>
    }
  }
