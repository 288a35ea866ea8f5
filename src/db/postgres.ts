import { SQL } from "bun"
import { drizzle } from "drizzle-orm/bun-sql"
import { refuse } from "../refusal.ts"
import type { Database, DatabaseOptions } from "./database.ts"
import { isConflict, isLost } from "./error.ts"
import { casing } from "./kit.ts"
import { type Lane, openLanes } from "./lanes.ts"
import { migratePostgres } from "./migrate.ts"
import type { Db } from "./query.ts"
import { type Scope, writing } from "./write.ts"

const readersMax = 10
/** How long a write is tried again, or a connection is waited for, before the caller is told to come back, in seconds. */
const patience = 5
/** Bounds one statement and a transaction that nobody drives, in milliseconds. */
const statementTimeout = 15_000

/** Pooled transactions; a body is run again after a deadlock, a serialization failure or a connection lost before COMMIT. */
export async function openPostgres(options: DatabaseOptions & { databaseUrl: string }): Promise<Database> {
  const { databaseUrl, log, watch } = options
  const settings = {
    connectionTimeout: patience,
    connection: {
      statement_timeout: statementTimeout,
      idle_in_transaction_session_timeout: statementTimeout,
      // Times are kept in milliseconds; nothing depends on the server's zone.
      timezone: "UTC",
    },
  }
  const readers = new SQL(databaseUrl, { ...settings, max: readersMax })
  const lanes = openLanes(databaseUrl, settings)
  let underWay = 0
  let commits = 0
  let closed = false
  let drained: (() => void) | undefined

  async function closePools() {
    await lanes.close()
    await readers.close({ timeout: 5 })
  }
  try {
    await migratePostgres(lanes.pool)
  } catch (error) {
    await closePools()
    throw error
  }

  async function attempt<T>(body: (tx: Db) => Promise<T>): Promise<Attempt<T>> {
    let lane: Lane
    try {
      lane = await lanes.acquire()
    } catch (error) {
      return { error, again: isLost(error), broken: true }
    }
    const outcome = await attemptOn(lane, body)
    if (outcome.broken) void lanes.discard(lane)
    else lanes.giveBack(lane)
    return outcome
  }

  async function persist<T>(body: (tx: Db) => Promise<T>): Promise<T> {
    const deadline = performance.now() + patience * 1_000
    for (let tries = 1; ; tries++) {
      const begun = performance.now()
      const outcome = await attempt(body)
      if ("result" in outcome) {
        watch?.committed.observe((performance.now() - begun) / 1_000)
        commits += 1
        return outcome.result
      }
      if (!outcome.again) throw outcome.error
      if (performance.now() > deadline) {
        log.error("write given up", { tries, error: outcome.error })
        refuse("server.busy")
      }
      await Bun.sleep(Math.random() * 5 * 2 ** Math.min(tries, 6))
    }
  }

  return {
    read: drizzle({ client: asksAgain(readers), casing }) as unknown as Db,
    async write(body) {
      if (closed) refuse("server.stopping")
      underWay += 1
      try {
        return await persist(body)
      } finally {
        underWay -= 1
        if (underWay === 0) drained?.()
      }
    },
    statistics: () => ({ queued: lanes.queued(), commits, writes: commits }),
    async close() {
      while (underWay > 0) {
        await new Promise<void>((resolve) => {
          drained = resolve
        })
      }
      closed = true
      await closePools()
    },
  }
}

type Attempt<T> = { result: T; broken: false } | { error: unknown; again: boolean; broken: boolean }

async function attemptOn<T>({ connection, tx }: Lane, body: (tx: Db) => Promise<T>): Promise<Attempt<T>> {
  const scope: Scope = { open: true }
  let committing = false
  try {
    await connection.unsafe("BEGIN")
    const result = await writing.run(scope, async () => await body(tx))
    scope.open = false
    committing = true
    const { command } = await connection.unsafe("COMMIT")
    if (command === "COMMIT") return { result, broken: false }
    // Postgres answers the COMMIT of a transaction in which a statement failed with a quiet ROLLBACK.
    return { error: new Error("A write went on after a statement of it had failed."), again: false, broken: false }
  } catch (error) {
    scope.open = false
    // Lost during COMMIT, the outcome is unknown: repeating it blindly could do it twice.
    if (isLost(error)) return { error, again: !committing, broken: true }
    return { error, again: isConflict(error), broken: !(await rolledBack(connection)) }
  }
}

async function rolledBack(connection: Lane["connection"]): Promise<boolean> {
  try {
    await connection.unsafe("ROLLBACK")
    return true
  } catch {
    return false
  }
}

/** The readers as drizzle sees them: rows asked of a connection that is lost are asked for once more, which harms nothing. */
function asksAgain(readers: SQL): SQL {
  const unsafe: SQL["unsafe"] = (statement, values) => {
    const query = readers.unsafe(statement, values)
    const rows = query.values.bind(query)
    const again = (error: unknown) => {
      if (isLost(error)) return readers.unsafe(statement, values).values()
      throw error
    }
    return Object.assign(query, { values: () => rows().catch(again) })
  }
  return { unsafe } as unknown as SQL
}
