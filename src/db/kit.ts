import {
  bigint,
  boolean,
  customType,
  check as pgCheck,
  index as pgIndex,
  pgTable,
  text as pgText,
  uniqueIndex as pgUniqueIndex,
} from "drizzle-orm/pg-core"
import {
  integer,
  check as sqliteCheck,
  index as sqliteIndex,
  sqliteTable,
  text as sqliteText,
  uniqueIndex as sqliteUniqueIndex,
} from "drizzle-orm/sqlite-core"

/**
 * The engine this process speaks, settled once by the URL's scheme, since tables are made at import. Every column maker
 * below carries SQLite's types, so that one schema, one builder and one inference serve both engines.
 */
export const engine: "sqlite" | "postgres" = /^postgres(ql)?:/i.test(process.env["DATABASE_URL"] ?? "")
  ? "postgres"
  : "sqlite"

const pg = engine === "postgres"

/** Names are written in camelCase and stored in snake_case; every `drizzle()` and drizzle-kit must be told the same. */
export const casing = "snake_case"

export const table = (pg ? pgTable : sqliteTable) as typeof sqliteTable
export const check = (pg ? pgCheck : sqliteCheck) as typeof sqliteCheck
export const index = (pg ? pgIndex : sqliteIndex) as typeof sqliteIndex
export const uniqueIndex = (pg ? pgUniqueIndex : sqliteUniqueIndex) as typeof sqliteUniqueIndex

/** A row's own number, given by the database and never reused. */
export const id = (pg
  ? () => bigint({ mode: "number" }).generatedAlwaysAsIdentity().primaryKey()
  : () => integer({ mode: "number" }).primaryKey({ autoIncrement: true })) as unknown as () => ReturnType<typeof autoId>

const autoId = () => integer({ mode: "number" }).primaryKey({ autoIncrement: true })

/** The same for rows that are never removed, so that their numbers cannot come again by themselves. */
export const standingId = (pg ? id : () => integer({ mode: "number" }).primaryKey()) as unknown as () => ReturnType<
  typeof autoId
>

/** A whole number up to 2^53-1; also a time in milliseconds since 1970, UTC. */
export const int = (pg ? () => bigint({ mode: "number" }) : () => integer({ mode: "number" })) as () => ReturnType<
  typeof plainInt
>

const plainInt = () => integer({ mode: "number" })

export const bool = (pg ? () => boolean() : () => integer({ mode: "boolean" })) as () => ReturnType<typeof plainBool>

const plainBool = () => integer({ mode: "boolean" })

export const text = (pg ? pgText : sqliteText) as unknown as () => ReturnType<typeof plainText>

const plainText = () => sqliteText()

const jsonText = customType<{ data: unknown; driverData: string }>({
  dataType: () => "text",
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (value) => JSON.parse(value),
})

/** A JSON value kept as text on both engines: jsonb comes back encoded twice through Bun's driver. */
export const json = (pg ? jsonText : () => sqliteText({ mode: "json" })) as unknown as () => ReturnType<
  typeof plainJson
>

const plainJson = () => sqliteText({ mode: "json" })
