import { describe, expect, test } from "bun:test"
import { join } from "node:path"
import { Glob } from "bun"
import { getTableColumns, getTableName, is, Table } from "drizzle-orm"
import { getTableConfig as getPgTableConfig } from "drizzle-orm/pg-core"
import { getTableConfig as getSqliteTableConfig, type SQLiteTable } from "drizzle-orm/sqlite-core"
import { users } from "../../src/accounts/tables.ts"
import { everyHolding, personalData } from "../../src/admin/person.ts"
import { engine } from "../../src/db/kit.ts"

const source = join(import.meta.dir, "../../src")

const tables: SQLiteTable[] = []
for (const path of [...new Glob("**/tables.ts").scanSync(source)].sort()) {
  const exported: Record<string, unknown> = await import(join(source, path))
  for (const one of Object.values(exported)) if (is(one, Table)) tables.push(one as SQLiteTable)
}

const configOf = (engine === "postgres" ? getPgTableConfig : getSqliteTableConfig) as typeof getSqliteTableConfig

interface Reference {
  table: string
  column: string
}

/** Columns that name a person: those that refer to users, and those whose name gives them away. */
function namesPerson(table: SQLiteTable): Reference[] {
  const referring = configOf(table).foreignKeys.flatMap((key) => {
    const { columns, foreignTable } = key.reference()
    return foreignTable === (users as SQLiteTable) ? columns.map(({ name }) => name) : []
  })
  const speaking = Object.entries(getTableColumns(table))
    .filter(([name]) => /^(userId|ownerId|uid|oid)$/.test(name))
    .map(([, column]) => column.name)
  return [...new Set([...referring, ...speaking])].map((column) => ({ table: getTableName(table), column }))
}

const declared = everyHolding.flatMap(({ table, whose }) =>
  whose.map((column): Reference => ({ table: getTableName(table), column: column.name })),
)

describe("what is kept of people", () => {
  test("is declared for every column that names one", () => {
    const named = tables.flatMap(namesPerson)
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter((one) => !declared.some((other) => Bun.deepEquals(one, other)))).toEqual([])
  })

  test("is declared for what knows them by a phone, an address or a text", () => {
    const known = tables.filter((table) =>
      Object.keys(getTableColumns(table)).some((name) =>
        /^(tel|ip|phone|account|actor|subject|openid|email)$/i.test(name),
      ),
    )
    const names = new Set(everyHolding.map(({ table }) => getTableName(table)))
    expect(known.map((table) => getTableName(table))).toContain("sms_codes")
    expect(known.map((table) => getTableName(table)).filter((name) => !names.has(name))).toEqual([])
  })

  test("has names of its own, and reasons where something stays or is not told", () => {
    const names = everyHolding.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
    for (const { untold, erasure, whose, match } of everyHolding) {
      if (untold !== undefined) expect(untold).toMatch(/\.$/)
      if (typeof erasure === "object" && "kept" in erasure) expect(erasure.kept).toMatch(/\.$/)
      expect(whose.length > 0 || match !== undefined).toBe(true)
    }
    for (const { holdings, close } of personalData) {
      if (holdings.some(({ erasure }) => erasure === "at closing")) expect(close).toBeDefined()
    }
  })

  test("is exported without hashes, seals and tokens", () => {
    const secret = /hash$|^sealed|fingerprint|token|secret|accountKey/i
    const loose = everyHolding
      .filter(({ untold }) => untold === undefined)
      .flatMap(({ name, table, without = [] }) =>
        Object.keys(getTableColumns(table))
          .filter((column) => secret.test(column) && !(without as string[]).includes(column))
          .map((column) => `${name}.${column}`),
      )
    expect(loose).toEqual([])
  })
})
