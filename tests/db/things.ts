import { and, asc, count, eq, gt, isNull, max, or, sql, sum } from "drizzle-orm"
import { bool, engine, id, int, json, table, text } from "../../src/db/kit.ts"
import type { Prepared } from "../../src/db/prepared.ts"
import type { Db, Placeholders } from "../../src/db/query.ts"

export const shelves = table("shelves", { id: id(), name: text().notNull(), height: int(), isOpen: bool() })
export const things = table("things", {
  id: id(),
  shelfId: int(),
  number: int().notNull(),
  weight: int(),
  label: text(),
  isFragile: bool().notNull(),
  isSold: bool(),
  tags: json().notNull(),
  note: json(),
})

const types = { sqlite: "STRICT", postgres: "" }[engine]
const number = { sqlite: "integer", postgres: "bigint" }[engine]
const flag = { sqlite: "integer", postgres: "boolean" }[engine]
const key = {
  sqlite: "integer PRIMARY KEY AUTOINCREMENT NOT NULL",
  postgres: "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
}[engine]
/** What makes the tables. */
export const schema = [
  `CREATE TABLE shelves (id ${key}, name text NOT NULL, height ${number}, is_open ${flag}) ${types}`,
  `CREATE TABLE things (id ${key}, shelf_id ${number}, number ${number} NOT NULL UNIQUE, weight ${number}, label text,
    is_fragile ${flag} NOT NULL, is_sold ${flag}, tags text NOT NULL, note text) ${types}`,
]

/** What the statements take. */
export interface Values {
  number: number
  weight: number
  label: string
  isFragile: boolean
  tags: unknown
  shelfId: number
}

export type Make = (db: Db, $: Placeholders<Values>) => Prepared

const goesOn = sql`${things.number} = ${sql.placeholder("number")}`

export const reads: Record<string, Make> = {
  "every column": (db, $) =>
    db.select().from(things).where(gt(things.number, $.number)).orderBy(asc(things.id)).prepare(),
  "a flag and a text": (db, $) =>
    db
      .select({ id: things.id, isSold: things.isSold })
      .from(things)
      .where(and(eq(things.isFragile, $.isFragile), or(eq(things.label, $.label), isNull(things.label))))
      .orderBy(asc(things.id))
      .prepare(),
  "objects in objects": (db, $) =>
    db
      .select({ a: { b: { c: things.weight, d: things.note }, e: things.isSold }, f: things.tags } as never)
      .from(things)
      .where(gt(things.number, $.number))
      .orderBy(asc(things.id))
      .prepare(),
  "an inner join": (db) =>
    db
      .select({ thing: things, shelf: { name: shelves.name, height: shelves.height, isOpen: shelves.isOpen } })
      .from(things)
      .innerJoin(shelves, eq(shelves.id, things.shelfId))
      .orderBy(asc(things.id))
      .prepare(),
  "an inner join of which all is null": (db) =>
    db
      .select({ thing: { weight: things.weight }, shelf: { height: shelves.height } })
      .from(things)
      .innerJoin(shelves, eq(shelves.id, things.shelfId))
      .orderBy(asc(things.id))
      .prepare(),
  "a left join in objects": (db) =>
    db
      .select({ thing: { id: things.id, weight: things.weight }, shelf: shelves })
      .from(things)
      .leftJoin(shelves, eq(shelves.id, things.shelfId))
      .orderBy(asc(things.id))
      .prepare(),
  "a left join side by side": (db) =>
    db
      .select({ id: things.id, shelfId: shelves.id, isOpen: shelves.isOpen })
      .from(things)
      .leftJoin(shelves, eq(shelves.id, things.shelfId))
      .orderBy(asc(things.id))
      .prepare(),
  "a left join three objects deep": (db) =>
    db
      .select({ a: { b: { height: shelves.height, isOpen: shelves.isOpen } }, id: things.id } as never)
      .from(things)
      .leftJoin(shelves, eq(shelves.id, things.shelfId))
      .orderBy(asc(things.id))
      .prepare(),
  "expressions, told how to be read and not": (db, $) =>
    db
      .select({
        raw: sql`${things.weight} + 1`,
        numbered: sql`${things.weight} + ${$.weight}`.mapWith(Number),
        same: sql`${goesOn}`.mapWith(Boolean),
        named: sql`coalesce(${things.label}, 'none')`.as("named"),
        asColumn: sql`${things.tags}`.mapWith(things.tags),
        deep: { isSold: sql`${things.isSold}`.mapWith(things.isSold) },
      })
      .from(things)
      .orderBy(asc(things.id))
      .prepare(),
  "sums and counts": (db, $) =>
    db
      .select({
        shelfId: things.shelfId,
        count: count(),
        labelled: count(things.label),
        sum: sum(things.weight).mapWith(Number),
        heaviest: max(things.weight),
      })
      .from(things)
      .where(gt(things.number, $.number))
      .groupBy(things.shelfId)
      .orderBy(asc(things.shelfId))
      .prepare(),
  "the sum of nothing": (db) =>
    db
      .select({ sum: sum(things.weight).mapWith(Number), count: count() })
      .from(things)
      .where(eq(things.number, -1))
      .prepare(),
  "different values": (db) =>
    db.selectDistinct({ isSold: things.isSold }).from(things).orderBy(asc(things.isSold)).prepare(),
  "a query within": (db, $) => {
    const heavy = db
      .select({
        shelfId: things.shelfId,
        weight: things.weight,
        note: things.note,
        twice: sql`2 * ${things.weight}`.as("twice"),
      })
      .from(things)
      .where(gt(things.number, $.number))
      .as("heavy")
    return db
      .select({ shelf: { id: shelves.id }, heavy: { weight: heavy.weight, note: heavy.note }, twice: heavy.twice })
      .from(shelves)
      .innerJoin(heavy, eq(heavy.shelfId, shelves.id))
      .orderBy(asc(shelves.id), asc(heavy.weight))
      .prepare()
  },
  "a query within, of which all is null": (db) => {
    const heavy = db.select({ shelfId: things.shelfId, weight: things.weight }).from(things).as("heavy")
    return db
      .select({ shelf: { id: shelves.id }, heavy: { weight: heavy.weight } })
      .from(shelves)
      .innerJoin(heavy, eq(heavy.shelfId, shelves.id))
      .orderBy(asc(shelves.id), asc(heavy.weight))
      .prepare()
  },
  "a query for a value": (db) => {
    const total = db
      .select({ count: count().as("count") })
      .from(things)
      .as("total")
    return db
      .select({ id: shelves.id, total: total as never })
      .from(shelves)
      .orderBy(asc(shelves.id))
      .prepare()
  },
  "a limit": (db, $) =>
    db.select({ id: things.id }).from(things).orderBy(asc(things.id)).limit(3).offset($.weight).prepare(),
}

const row = ($: Placeholders<Values>) => ({
  shelfId: $.shelfId,
  number: $.number,
  weight: sql`${$.weight}`,
  label: $.label,
  isFragile: $.isFragile,
  isSold: null,
  tags: $.tags,
  note: { told: [1, null, "x"] },
})

export const changes: Record<string, Make> = {
  "adds and returns all": (db, $) => db.insert(things).values(row($)).returning().prepare(),
  "adds and returns an expression": (db, $) =>
    db
      .insert(things)
      .values(row($))
      .returning({ more: sql`${things.weight} + 1`.mapWith(Number), tags: things.tags, id: things.isSold })
      .prepare(),
  "adds what is there": (db, $) =>
    db
      .insert(things)
      .values({ ...row($), number: sql`1` })
      .onConflictDoUpdate({
        target: things.number,
        set: { weight: sql`${$.weight}`, tags: sql`${sql.param($.tags, things.tags)}`, label: sql`${$.label}` },
      })
      .returning({ weight: things.weight, tags: things.tags, label: things.label })
      .prepare(),
  "adds nothing": (db, $) =>
    db
      .insert(things)
      .values({ ...row($), number: sql`1` })
      .onConflictDoNothing()
      .returning({ id: things.id })
      .prepare(),
  changes: (db, $) =>
    db
      .update(things)
      .set({
        label: sql`${$.label}`,
        isFragile: sql`${sql.param($.isFragile, things.isFragile)}`,
        weight: sql`${things.weight} + ${$.weight}`,
      })
      .where(gt(things.number, $.number))
      .returning({ id: things.id, isFragile: things.isFragile, weight: things.weight, label: things.label })
      .prepare(),
  removes: (db, $) =>
    db
      .delete(things)
      .where(eq(things.isFragile, $.isFragile))
      .returning({ number: things.number, note: things.note })
      .prepare(),
}

/** Drizzle maps the rows of a left join, and it makes nothing of an undefined value. */
export const undecided: Make = (db, $) =>
  db
    .select({ thing: { id: things.id }, shelf: shelves })
    .from(things)
    .leftJoin(shelves, eq(shelves.id, things.shelfId))
    .where(eq(things.weight, $.weight))
    .prepare()
