import { Database as SqliteFile } from "bun:sqlite"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { drizzle } from "drizzle-orm/bun-sqlite"
import { type GroupCommitOptions, groupCommit } from "../../src/db/group_commit.ts"
import { casing } from "../../src/db/kit.ts"
import type { Db } from "../../src/db/query.ts"
import { keepStatements } from "../../src/db/statements.ts"
import { assertInsideWrite } from "../../src/db/write.ts"
import { marksTable } from "./bench.ts"

/** A group commit on a file of its own whose syncs and bounds a test decides; by default a sync succeeds at once. */
export function openGroup(options: Partial<GroupCommitOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "mili-group-"))
  const path = join(folder, "group.db")
  const file = new SqliteFile(path)
  for (const pragma of ["journal_mode = WAL", "foreign_keys = ON"]) file.run(`PRAGMA ${pragma}`)
  file.run(marksTable.sqlite)
  const others: SqliteFile[] = []
  const neighbour = () => {
    const other = new SqliteFile(path)
    others.push(other)
    return other
  }
  const beside = neighbour()
  const writer = keepStatements(file, assertInsideWrite)
  const group = groupCommit({
    writer: file,
    tx: drizzle({ client: writer.client, casing }) as unknown as Db,
    sync: async () => {},
    onFatal: (error) => {
      throw error
    },
    ...options,
  })
  return {
    ...group,
    file,
    /** Another connection to the same file. */
    neighbour,
    names: () =>
      beside
        .query<{ name: string }, []>("SELECT name FROM marks ORDER BY id")
        .all()
        .map(({ name }) => name),
    pages: () => Number(Object.values(beside.query<Record<string, number>, []>("PRAGMA page_count").get() ?? {})[0]),
    async [Symbol.asyncDispose]() {
      writer.close()
      for (const one of [file, ...others]) one.close()
      rmSync(folder, { recursive: true })
    },
  }
}
