import type { Database as SqliteFile } from "bun:sqlite"
import { refuse } from "../refusal.ts"
import type { DatabaseStatistics, DatabaseWatch } from "./database.ts"
import { isBusy } from "./error.ts"
import type { Db } from "./query.ts"
import { type Scope, writing } from "./write.ts"

/** Bodies that share one transaction at most, which bounds the time the loop is held. */
const batchMax = 256
/** So many waiting bodies do not wait for the sync under way: while the disk is slow, the loop would idle. */
const fullBatch = 48
/**
 * Batches that follow a refusal with a savepoint a body: refusals come in swarms. Savepoints pay where every third batch or
 * so has a refusal; after more batches than this, whoever is refused now and then would slow everybody down.
 */
const cautiousBatches = 4
/** Between two looks whether the database is free, in milliseconds. */
const busyPause = 5

interface Write {
  body(tx: Db): Promise<unknown>
  resolve(result: unknown): void
  reject(error: unknown): void
  outcome?: { result: unknown } | { error: unknown }
}

export interface GroupCommitOptions {
  writer: SqliteFile
  tx: Db
  /** Called after each commit, before anybody hears of it. */
  onCommit?(): void
  /** Makes everything committed before the call durable. */
  sync(): Promise<void>
  onFatal(error: unknown): void
  watch?: Pick<DatabaseWatch, "committed" | "synced">
  /** How long another process may hold the database before waiting writes are refused, in milliseconds. */
  busyMax?: number
  /** Bodies that may wait at most; beyond, callers are told to come back. */
  queueMax?: number
}

/**
 * Group commit: bodies that arrive in one turn of the loop share a transaction, and all of them share a sync. The flush is
 * armed by `setImmediate`, which comes after the turn's reads from sockets; a microtask would give batches of one, a timer
 * would cost a millisecond each. While a sync is under way bodies gather, since theirs could only begin after it.
 *
 * A savepoint makes SQLite copy every page that the body changes, so a batch goes without; when a body of it is refused,
 * the batch is run again with a savepoint a body, and so are those after it for a while.
 */
export function groupCommit(options: GroupCommitOptions) {
  const { writer, tx, onCommit, sync, onFatal, watch, busyMax = 15_000, queueMax = 20_000 } = options
  // Queries, not prepared statements: they are let go when the connection closes.
  const begin = writer.query("BEGIN IMMEDIATE")
  const commit = writer.query("COMMIT")
  const rollback = writer.query("ROLLBACK")
  const savepoint = writer.query("SAVEPOINT body")
  const release = writer.query("RELEASE body")
  const rollbackTo = writer.query("ROLLBACK TO body")

  let queue: Write[] = []
  let committed: Write[] = []
  let flushing = false
  let syncing = false
  let commits = 0
  let writes = 0
  let cautious = 0
  /** Since when another process has held the database. */
  let lockedSince: number | undefined
  let idle: (() => void)[] = []

  function write<T>(body: (tx: Db) => Promise<T>): Promise<T> {
    if (queue.length >= queueMax) refuse("server.busy")
    return new Promise<T>((resolve, reject) => {
      queue.push({ body, resolve: resolve as (result: unknown) => void, reject })
      arm()
    })
  }

  function arm() {
    if (flushing || queue.length === 0 || (syncing && queue.length < fullBatch)) return
    flushing = true
    setImmediate(flush)
  }

  async function flush() {
    const batch = queue.slice(0, batchMax)
    queue = queue.slice(batchMax)
    try {
      await commitTogether(batch)
    } catch (error) {
      // Nothing of it was committed, whatever the bodies came to.
      for (const one of batch) one.outcome = { error }
    }
    flushing = false
    deliver(batch)
    arm()
    if (!flushing && !syncing) announceIdle()
  }

  async function commitTogether(batch: Write[]) {
    await beginWhenFree()
    const isBare = cautious === 0
    if (!isBare) cautious -= 1
    let failed = await runAndCommit(batch, isBare ? runBodies : runInSavepoints)
    if (failed === "a body" && isBare) {
      cautious = cautiousBatches
      await beginWhenFree()
      failed = await runAndCommit(batch, runInSavepoints)
    }
    if (failed) await commitApart(batch)
  }

  /** @returns what failed of a batch, of which then nothing is left, or undefined when it is committed. */
  async function runAndCommit(batch: Write[], run: (batch: Write[]) => Promise<void>) {
    const begun = performance.now()
    let failed: "a body" | "the commit" = "a body"
    try {
      await run(batch)
      failed = "the commit"
      commit.run()
    } catch (error) {
      if (writer.inTransaction) rollback.run()
      const [only] = batch
      if (batch.length > 1 || !only) return failed
      only.outcome = { error }
      return undefined
    }
    onCommit?.()
    watch?.committed.observe((performance.now() - begun) / 1_000)
    commits += 1
    writes += batch.length
    return undefined
  }

  /** Every body is run again alone, so that only the culprit fails. */
  async function commitApart(batch: Write[]) {
    for (const one of batch) delete one.outcome
    for (const one of batch) {
      try {
        await commitTogether([one])
      } catch (error) {
        one.outcome = { error }
      }
    }
  }

  /** Waits by timer while another process writes; SQLite's own waiting would stop the loop. */
  async function beginWhenFree() {
    while (true) {
      try {
        begin.run()
        lockedSince = undefined
        return
      } catch (error) {
        if (!isBusy(error)) throw error
        lockedSince ??= performance.now()
        // Counted from the first refusal, so that the last of a long queue is not held up batch after batch.
        if (performance.now() - lockedSince > busyMax) refuse("server.busy")
        await Bun.sleep(busyPause)
      }
    }
  }

  async function runInSavepoints(batch: Write[]) {
    for (const one of batch) await runInSavepoint(one)
  }

  async function runInSavepoint(one: Write) {
    savepoint.run()
    try {
      await runBodies([one])
      release.run()
    } catch (error) {
      // A full disk rolls the whole transaction back by itself; then nothing of the batch is left to commit.
      if (!writer.inTransaction) throw error
      rollbackTo.run()
      release.run()
      cautious = cautiousBatches
      one.outcome = { error }
    }
  }

  /** Runs bodies one after the other, until one of them fails or waits for something other than its own statements. */
  async function runBodies(batch: Write[]) {
    const scopes = batch.map((): Scope => ({ open: true }))
    const watch = watchMicrotasks()
    const inTurn = async () => {
      for (const [n, one] of batch.entries()) {
        const scope = scopes[n] as Scope
        const result = await writing.run(scope, async () => await one.body(tx))
        // It overstayed: its outcome is told already, and those after it are run elsewhere.
        if (!scope.open) return
        // Otherwise the bodies after it would write without one, and again when the commit fails.
        if (!writer.inTransaction) throw new Error("A write went on after SQLite had ended its transaction.")
        one.outcome = { result }
        scope.open = false
      }
    }
    try {
      await Promise.race([inTurn(), watch.overstayed])
    } finally {
      for (const scope of scopes) scope.open = false
      watch.end()
    }
  }

  /** Refusals left no trace and are told at once; results are told when the log is on disk. */
  function deliver(batch: Write[]) {
    for (const one of batch) {
      if (one.outcome && "error" in one.outcome) one.reject(one.outcome.error)
      else committed.push(one)
    }
    if (!syncing && committed.length > 0) void syncAll()
  }

  async function syncAll() {
    syncing = true
    while (committed.length > 0) {
      const covered = committed
      committed = []
      const begun = performance.now()
      try {
        await sync()
      } catch (error) {
        onFatal(error)
        return
      }
      watch?.synced.observe((performance.now() - begun) / 1_000)
      for (const one of covered) if (one.outcome && "result" in one.outcome) one.resolve(one.outcome.result)
    }
    syncing = false
    arm()
    if (!flushing) announceIdle()
  }

  function announceIdle() {
    for (const listener of idle) listener()
    idle = []
  }

  return {
    write,
    statistics: (): DatabaseStatistics => ({ queued: queue.length, commits, writes }),
    /** Resolves when nothing waits, runs or syncs. */
    settled: () =>
      new Promise<void>((resolve) => {
        if (flushing || syncing || queue.length > 0) idle.push(resolve)
        else resolve()
      }),
  }
}

/** Statements finish within microtasks, so a body still unfinished at the next immediate waits for something else. */
function watchMicrotasks() {
  let watch: NodeJS.Immediate | undefined
  const overstayed = new Promise<never>((_, reject) => {
    watch = setImmediate(() => reject(new Error("A write waited for something other than its own statements.")))
  })
  return { overstayed, end: () => clearImmediate(watch) }
}
