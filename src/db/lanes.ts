import { type ReservedSQL, SQL } from "bun"
import { drizzle } from "drizzle-orm/bun-sql"
import { refuse } from "../refusal.ts"
import { casing } from "./kit.ts"
import type { Db } from "./query.ts"
import { assertInsideWrite } from "./write.ts"

/** Transactions under way at once, each on a connection of its own. */
const laneCount = 10
/** Writes that may wait for a connection. */
const waitingMax = 5_000

/** A connection kept for writes, with the prepared statements that belong to it. */
export interface Lane {
  connection: ReservedSQL
  tx: Db
}

interface Waiter {
  resolve(lane: Lane): void
  reject(error: unknown): void
}

/** A few connections kept open for writes and handed to whoever waits longest. */
export function openLanes(url: string, settings: SQL.Options) {
  const pool = new SQL(url, { ...settings, max: laneCount })
  const free: Lane[] = []
  const waiting: Waiter[] = []
  let opened = 0

  /** @throws what the driver throws when the database cannot be reached */
  async function open(): Promise<Lane> {
    opened += 1
    try {
      const connection = await pool.reserve()
      return { connection, tx: drizzle({ client: guarded(connection), casing }) as unknown as Db }
    } catch (error) {
      opened -= 1
      // Nobody else would fare better, and with every lane broken nobody would wake them.
      for (const { reject } of waiting.splice(0)) reject(error)
      throw error
    }
  }

  return {
    pool,
    /** @throws {Refusal} `server.busy` when too many wait; what the driver throws when no connection can be opened */
    async acquire(): Promise<Lane> {
      const lane = free.pop()
      if (lane) return lane
      if (opened < laneCount) return open()
      if (waiting.length >= waitingMax) refuse("server.busy")
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    giveBack(lane: Lane): void {
      const next = waiting.shift()
      if (next) next.resolve(lane)
      else free.push(lane)
    },
    /** Drops a lane whose connection is lost or in an unknown state, and the idle ones: what ended one mostly ended all. */
    async discard(lane: Lane): Promise<void> {
      const suspects = free.splice(0)
      opened -= suspects.length
      await Promise.allSettled([lane, ...suspects].map(({ connection }) => connection.close()))
      opened -= 1
      const next = waiting.shift()
      if (next) open().then(next.resolve, next.reject)
    },
    queued: () => waiting.length,
    async close(): Promise<void> {
      for (const lane of free) await lane.connection.release()
      await pool.close({ timeout: 5 })
    },
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
