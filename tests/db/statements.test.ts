import { Database as SqliteFile } from "bun:sqlite"
import { describe, expect, test } from "bun:test"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { engine } from "../../src/db/kit.ts"
import { keepStatements } from "../../src/db/statements.ts"

interface Handle {
  values(...values: unknown[]): unknown[][]
}

describe.if(engine === "sqlite")("kept statements", () => {
  test("a text is prepared once; one forgotten for newer ones is prepared again, and none keeps the file open", () => {
    const folder = mkdtempSync(join(tmpdir(), "mili-statements-"))
    const file = new SqliteFile(join(folder, "some.db"))
    file.run("PRAGMA journal_mode = WAL")
    file.run("PRAGMA synchronous = OFF")
    file.run("CREATE TABLE numbers (n integer) STRICT")
    let prepared = 0
    const counting = new Proxy(file, {
      get: (target, name) => {
        if (name !== "prepare") return Reflect.get(target, name)
        return (sql: string) => {
          prepared += 1
          return target.prepare(sql)
        }
      },
    })
    const kept = keepStatements(counting)
    const handle = (sql: string) => kept.client.prepare(sql) as unknown as Handle

    const first = handle("SELECT ? + 1")
    for (let n = 0; n < 100; n++) expect(handle("SELECT ? + 1").values(n)).toEqual([[n + 1]])
    expect(prepared).toBe(1)

    for (let n = 0; n < 2_000; n++) handle(`INSERT INTO numbers VALUES (${n})`).values()
    expect(prepared).toBe(2_001)
    expect(first.values(1)).toEqual([[2]])
    expect(prepared).toBe(2_002)

    kept.close()
    file.close()
    expect(readdirSync(folder)).toEqual(["some.db"])
    rmSync(folder, { recursive: true })
  })
})
