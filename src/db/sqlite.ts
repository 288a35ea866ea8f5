import { Database as SqliteFile } from "bun:sqlite"
import { mkdirSync } from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { drizzle } from "drizzle-orm/bun-sqlite"
import { type Checkpointer, startCheckpointer } from "./checkpoint.ts"
import { groupCommit } from "./group_commit.ts"
import { casing } from "./kit.ts"
import { migrateSqlite } from "./migrate.ts"
import type { Database, DatabaseOptions } from "./open.ts"
import type { Db } from "./query.ts"
import { assertInsideWrite } from "./write.ts"

/** SQLite's file inside the data folder. */
export const databaseFile = "mili.db"

/**
 * One writer, one read-only reader. `synchronous=NORMAL` leaves the commit in the page cache; the log is then synced off
 * the loop before anybody is answered, which promises as much as `FULL` without stopping the chat for each sync.
 */
export async function openSqlite(options: DatabaseOptions): Promise<Database> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
  const path = join(options.dataDir, databaseFile)
  const writer = new SqliteFile(path, { create: true, readwrite: true })
  for (const pragma of [
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    "busy_timeout = 5000",
    "wal_autocheckpoint = 0",
    "cache_size = -32768",
    "temp_store = MEMORY",
  ]) {
    writer.run(`PRAGMA ${pragma}`)
  }
  migrateSqlite(writer)
  // From here on nobody may sleep on a lock: the loop is shared with every room.
  writer.run("PRAGMA busy_timeout = 0")

  const reader = new SqliteFile(path, { readonly: true })
  reader.run("PRAGMA cache_size = -32768")
  reader.run("PRAGMA mmap_size = 268435456")

  const log = await open(`${path}-wal`, "r+")
  await syncFolder(options.dataDir)

  let checkpointer: Checkpointer | undefined
  const group = groupCommit({
    writer,
    tx: drizzle({ client: guarded(writer), casing }) as unknown as Db,
    sync: async () => {
      await log.datasync()
      checkpointer ??= startCheckpointer(path, options.log)
      checkpointer.logGrew()
    },
    onFatal: options.onFatal,
  })

  return {
    read: drizzle({ client: reader, casing }) as unknown as Db,
    write: group.write,
    statistics: group.statistics,
    clock: async () => Date.now(),
    async close() {
      await group.settled()
      await checkpointer?.stop()
      // The last connection to close folds the log into the file; a read-only one could not.
      reader.close()
      writer.close()
      await log.close()
    },
  }
}

/** The connection as drizzle sees it: a statement that outlives its body fails instead of joining somebody else's. */
function guarded(writer: SqliteFile): SqliteFile {
  const prepare = (sql: string) => {
    const statement = writer.prepare(sql)
    return {
      run: (...values: never[]) => {
        assertInsideWrite()
        return statement.run(...values)
      },
      all: (...values: never[]) => {
        assertInsideWrite()
        return statement.all(...values)
      },
      values: (...values: never[]) => {
        assertInsideWrite()
        return statement.values(...values)
      },
    }
  }
  return { prepare } as unknown as SqliteFile
}

/** A file just made survives a power cut only once its folder is synced too. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r")
  await folder.sync()
  await folder.close()
}
