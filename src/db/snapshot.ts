import type { Database as SqliteFile } from "bun:sqlite"

/**
 * Lets the reads of one turn of the loop share a transaction: taking and dropping the file's lock costs more than most
 * queries do. The snapshot is as old as the turn at most, and {@link end} brings it up to date at once.
 */
export function shareSnapshot(reader: SqliteFile) {
  const begin = reader.query("BEGIN")
  const commit = reader.query("COMMIT")
  let open = false

  function end() {
    if (!open) return
    open = false
    // A read that failed for want of memory or disk has ended the transaction by itself.
    if (reader.inTransaction) commit.run()
  }

  return {
    begin() {
      if (open) return
      begin.run()
      open = true
      setImmediate(end)
    },
    end,
  }
}
