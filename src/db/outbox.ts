import { and, asc, eq, inArray, lte, type SQL, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { engine } from "./kit.ts"
import { type Db, query } from "./query.ts"
import { outbox } from "./tables.ts"
import { type After, write } from "./write.ts"

/** Rows taken at once. */
const batch = 50
/** How long a runner may take for its rows before another takes them over, in milliseconds. */
const lease = 60_000
const attemptsMax = 20
const firstPause = 1_000
const longestPause = 15 * 60_000

export type Payload = Record<string, unknown>

/** Does what a row asks for. It may be called again for the same row, so doing it twice must do no harm. */
export type Handler = (payload: never) => Promise<void>

export interface Outbox {
  /** Tells the runner that rows were committed. */
  wake(): void
  /** Delivers what is due and resolves when nothing due is left. */
  deliverDue(): Promise<void>
  /** Finishes the row under way and starts no other. */
  stop(): Promise<void>
}

const insert = query<{ kind: string; payload: Payload; now: number }>()((db, $) =>
  db.insert(outbox).values({ kind: $.kind, payload: $.payload, dueAt: $.now, createdAt: $.now }).prepare(),
)

/** Promises, inside a write, that the handler of this kind will run once the write is committed, crash or not. */
export async function promise(app: App, tx: Db, after: After, kind: string, payload: Payload): Promise<void> {
  await insert(tx, { kind, payload, now: app.now() })
  after(() => app.outbox.wake())
}

/** Runs the handlers, one row after the other in the order of the writes, retrying with growing pauses. */
export function createOutbox(app: Pick<App, "db" | "log" | "now">, handlers: Record<string, Handler>): Outbox {
  let running: Promise<void> | undefined
  let again = false
  let stopped = false

  async function run() {
    do {
      again = false
      for (let rows = await claim(); rows.length > 0; rows = await claim()) {
        for (const row of rows) await deliver(row)
      }
    } while (again && !stopped)
  }

  async function claim() {
    if (stopped) return []
    const now = app.now()
    const rows = await write(app, (tx) =>
      tx
        .update(outbox)
        .set({ dueAt: now + lease, attempts: sql`${outbox.attempts} + 1` })
        .where(inArray(outbox.id, dueIds(tx, now)))
        .returning(),
    )
    return rows.sort((one, other) => one.id - other.id)
  }

  async function deliver(row: typeof outbox.$inferSelect) {
    if (stopped) return
    try {
      const handler = handlers[row.kind]
      if (!handler) throw new Error(`nothing handles outbox rows of kind "${row.kind}"`)
      await handler(row.payload as never)
      await write(app, (tx) => tx.delete(outbox).where(eq(outbox.id, row.id)).returning({ id: outbox.id }))
    } catch (error) {
      const dead = row.attempts >= attemptsMax
      app.log[dead ? "error" : "warn"]("outbox", { id: row.id, kind: row.kind, attempts: row.attempts, dead, error })
      const dueAt = app.now() + Math.min(firstPause * 2 ** (row.attempts - 1), longestPause)
      await write(app, (tx) => tx.update(outbox).set({ dead, dueAt }).where(eq(outbox.id, row.id)).returning())
    }
  }

  function deliverDue(): Promise<void> {
    if (running) {
      again = true
      return running
    }
    running = run()
      .catch((error) => app.log.error("outbox", { error }))
      .finally(() => {
        running = undefined
        // Rows committed after the last look, while the run was ending.
        if (again && !stopped) void deliverDue()
      })
    return running
  }

  return {
    wake: () => void deliverDue(),
    deliverDue,
    async stop() {
      stopped = true
      await running
    },
  }
}

/** Several copies of the program on one Postgres each take other rows. */
function dueIds(tx: Db, now: number): SQL {
  const due = tx
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.dead, false), lte(outbox.dueAt, now)))
    .orderBy(asc(outbox.id))
    .limit(batch)
  return engine === "postgres" ? sql`(${due} for update skip locked)` : sql`${due}`
}

/** Frees the rows that a process which died had taken. Only where no other process can be running. */
export async function releaseClaims(app: Pick<App, "db" | "log" | "now">): Promise<void> {
  await write(app, (tx) =>
    tx.update(outbox).set({ dueAt: app.now() }).where(eq(outbox.dead, false)).returning({ id: outbox.id }),
  )
}
