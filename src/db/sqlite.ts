import { Database as SqliteFile } from "bun:sqlite"
import { mkdirSync } from "node:fs"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { drizzle } from "drizzle-orm/bun-sqlite"
import { type Checkpointer, startCheckpointer } from "./checkpoint.ts"
import type { Database, DatabaseOptions } from "./database.ts"
import { isBusy } from "./error.ts"
import { groupCommit } from "./group_commit.ts"
import { casing } from "./kit.ts"
import { migrateSqlite } from "./migrate.ts"
import type { Db } from "./query.ts"
import { shareSnapshot } from "./snapshot.ts"
import { keepStatements } from "./statements.ts"
import { assertInsideWrite } from "./write.ts"

/** SQLite's file inside the data folder. */
export const databaseFile = "mili.db"
/** How long a start waits for another process that holds the file, in milliseconds. */
const startMax = 5_000

/**
 * One writer, one read-only reader. `synchronous=NORMAL` leaves the commit in the page cache; the log is then synced off
 * the loop before anybody is answered, which promises as much as `FULL` without stopping the chat for each sync.
 */
export async function openSqlite(options: DatabaseOptions): Promise<Database> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 })
  const path = join(options.dataDir, databaseFile)
  const writer = await openWriter(path)
  const reader = new SqliteFile(path, { readonly: true })
  reader.run("PRAGMA cache_size = -32768")
  reader.run("PRAGMA mmap_size = 268435456")

  const log = await open(`${path}-wal`, "r+")
  await syncFolder(options.dataDir)

  let checkpointer: Checkpointer | undefined
  const { watch } = options
  const slow = watch && {
    ms: watch.slowMs,
    tell: (sql: string, ms: number) => options.log.warn("slow statement", { sql, ms: Math.round(ms) }),
  }
  const inTransaction = () => {
    assertInsideWrite()
    // SQLite ends one by itself when a disk fails; what comes after it would be kept statement by statement.
    if (!writer.inTransaction) throw new Error("A statement of a write was run outside a transaction.")
  }
  const writing = keepStatements(writer, inTransaction, slow)
  const snapshot = shareSnapshot(reader)
  const reading = keepStatements(reader, snapshot.begin, slow)
  const group = groupCommit({
    writer,
    tx: drizzle({ client: writing.client, casing }) as unknown as Db,
    // Who is refused reads on in this very turn, and must see what the others have done.
    onCommit: snapshot.end,
    sync: async () => {
      await log.datasync()
      checkpointer ??= startCheckpointer(path, options.log)
      checkpointer.logGrew()
    },
    onFatal: options.onFatal,
    ...(watch && { watch }),
  })

  return {
    read: drizzle({ client: reading.client, casing }) as unknown as Db,
    write: group.write,
    statistics: group.statistics,
    async close() {
      await group.settled()
      await checkpointer?.stop()
      // The last connection to close folds the log into the file and removes it; a read-only one could not.
      snapshot.end()
      reading.close()
      reader.close()
      writing.close()
      writer.close()
      await log.close()
    },
  }
}

/** The file's one writer, migrated; until then it may sleep on another process's lock, since nothing else runs yet. */
async function openWriter(path: string): Promise<SqliteFile> {
  const writer = new SqliteFile(path, { create: true, readwrite: true })
  try {
    writer.run(`PRAGMA busy_timeout = ${startMax}`)
    await useLog(writer)
    for (const pragma of [
      "synchronous = NORMAL",
      "foreign_keys = ON",
      "wal_autocheckpoint = 0",
      "cache_size = -32768",
      "temp_store = MEMORY",
    ]) {
      writer.run(`PRAGMA ${pragma}`)
    }
    migrateSqlite(writer)
    // From here on nobody may sleep on a lock: the loop is shared with every room.
    writer.run("PRAGMA busy_timeout = 0")
    return writer
  } catch (error) {
    writer.close()
    throw error
  }
}

/** Switching a new file over fails at once, whatever `busy_timeout` says, while another process is about to do the same. */
async function useLog(writer: SqliteFile): Promise<void> {
  const deadline = performance.now() + startMax
  while (true) {
    try {
      writer.run("PRAGMA journal_mode = WAL")
      return
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      await Bun.sleep(10)
    }
  }
}

/** A file just made survives a power cut only once its folder is synced too; Windows neither needs nor allows it. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return
  const folder = await open(path, "r")
  await folder.sync()
  await folder.close()
}
