import { type ReservedSQL, SQL } from "bun"
import { drizzle } from "drizzle-orm/bun-sql"
import { refuse } from "../refusal.ts"
import { causes } from "./error.ts"
import { casing } from "./kit.ts"
import { migratePostgres } from "./migrate.ts"
import type { Database, DatabaseOptions } from "./open.ts"
import type { Db } from "./query.ts"
import { assertInsideWrite, type Scope, writing } from "./write.ts"

/** Transactions under way at once, each on a connection of its own. */
const laneCount = 10
const readersMax = 10
/** Writes that may wait for a connection. */
const waitingMax = 5_000
const attemptsMax = 10
/** Bounds one statement and a transaction that nobody drives, in milliseconds. */
const statementTimeout = 15_000

/** A connection kept for writes, with the prepared statements that belong to it. */
interface Lane {
  connection: ReservedSQL
  tx: Db
}

/** Pooled transactions; a body is run again after a deadlock, a serialization failure or a connection lost before COMMIT. */
export async function openPostgres(options: DatabaseOptions & { databaseUrl: string }): Promise<Database> {
  const settings = {
    statement_timeout: statementTimeout,
    idle_in_transaction_session_timeout: statementTimeout,
    // Times are kept in milliseconds; nothing depends on the server's zone.
    timezone: "UTC",
  }
  const readers = new SQL(options.databaseUrl, { max: readersMax, connection: settings })
  const writers = new SQL(options.databaseUrl, { max: laneCount, connection: settings })
  await migratePostgres(writers)

  const free: Lane[] = []
  const waiting: ((lane: Lane | undefined) => void)[] = []
  let opened = 0
  let busy = 0
  let commits = 0
  let drained: (() => void) | undefined

  async function openLane(): Promise<Lane> {
    const connection = await writers.reserve()
    return { connection, tx: drizzle({ client: guarded(connection), casing }) as unknown as Db }
  }

  async function acquire(): Promise<Lane> {
    busy += 1
    const lane = free.pop()
    if (lane) return lane
    if (opened < laneCount) {
      opened += 1
      try {
        return await openLane()
      } catch (error) {
        opened -= 1
        busy -= 1
        throw error
      }
    }
    if (waiting.length >= waitingMax) {
      busy -= 1
      refuse("server.busy")
    }
    const handed = await new Promise<Lane | undefined>((resolve) => waiting.push(resolve))
    if (handed) return handed
    busy -= 1
    return acquire()
  }

  function giveBack(lane: Lane, broken: boolean) {
    busy -= 1
    if (broken) {
      opened -= 1
      lane.connection.release()
      waiting.shift()?.(undefined)
    } else {
      const next = waiting.shift()
      if (next) next(lane)
      else free.push(lane)
    }
    if (busy === 0) drained?.()
  }

  async function write<T>(body: (tx: Db) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const lane = await acquire()
      const outcome = await attemptOn(lane, body)
      giveBack(lane, outcome.broken)
      if ("result" in outcome) {
        commits += 1
        return outcome.result
      }
      if (!outcome.again || attempt >= attemptsMax) throw outcome.error
      await Bun.sleep(Math.random() * 5 * 2 ** Math.min(attempt, 6))
    }
  }

  return {
    read: drizzle({ client: readers, casing }) as unknown as Db,
    write,
    statistics: () => ({ queued: waiting.length, commits, writes: commits }),
    async clock() {
      const [row] = await readers`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now`
      return Number(row.now)
    },
    async close() {
      if (busy > 0) {
        await new Promise<void>((resolve) => {
          drained = resolve
        })
      }
      for (const lane of free) lane.connection.release()
      await writers.close({ timeout: 5 })
      await readers.close({ timeout: 5 })
    },
  }
}

type Attempt<T> = { result: T; broken: false } | { error: unknown; again: boolean; broken: boolean }

async function attemptOn<T>(lane: Lane, body: (tx: Db) => Promise<T>): Promise<Attempt<T>> {
  const scope: Scope = { open: true }
  let committing = false
  try {
    await lane.connection.unsafe("BEGIN")
    const result = await writing.run(scope, async () => await body(lane.tx))
    scope.open = false
    committing = true
    await lane.connection.unsafe("COMMIT")
    return { result, broken: false }
  } catch (error) {
    scope.open = false
    const lost = isLost(error)
    // Lost during COMMIT, the outcome is unknown: repeating it blindly could do it twice.
    if (lost) return { error, again: !committing, broken: true }
    const broken = !(await rolledBack(lane))
    return { error, again: isRetryable(error), broken }
  }
}

async function rolledBack(lane: Lane): Promise<boolean> {
  try {
    await lane.connection.unsafe("ROLLBACK")
    return true
  } catch {
    return false
  }
}

/** The connection as drizzle sees it: a statement that outlives its body fails instead of joining somebody else's. */
function guarded(connection: ReservedSQL): SQL {
  const unsafe: SQL["unsafe"] = (statement, values) => {
    assertInsideWrite()
    return connection.unsafe(statement, values)
  }
  return { unsafe } as unknown as SQL
}

const serializationFailure = "40001"
const deadlock = "40P01"

const isRetryable = (error: unknown) =>
  causes(error).some(({ errno }) => errno === serializationFailure || errno === deadlock)

const isLost = (error: unknown) =>
  causes(error).some(
    ({ code, errno }) =>
      code?.startsWith("ERR_POSTGRES_CONNECTION") || code === "ERR_POSTGRES_IDLE_TIMEOUT" || errno === "57P01",
  )
