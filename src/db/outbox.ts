import { and, asc, eq, inArray, lte, notInArray, type Placeholder, type SQL, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { engine } from "./kit.ts"
import { type Db, query } from "./query.ts"
import { outbox } from "./tables.ts"
import { type After, write } from "./write.ts"

/** Rows taken at once. */
const batch = 100
/** How long a runner may take for its rows before another takes them over, in milliseconds. */
const lease = 60_000
/** Rows that may wait for a runner in memory; what is beyond waits in the database for the end of its lease. */
const handedMax = 10_000
/** Batches that may be on their way out at once. */
const leavingMax = 16
/** What only needs us is hopeless sooner than what waits for others, who may be away for days. */
const attemptsMax = { quick: 20, slow: 400 }
const firstPause = 1_000
const longestPause = 15 * 60_000

type Row = typeof outbox.$inferSelect

/** What came of a row: `untried` when the runner was stopped before it, `expired` when its lease was over. */
type Outcome = "done" | "untried" | "expired" | { error: unknown }

export type Payload = Record<string, unknown>

/** Does what a row asks for. It may be called again for the same row, so doing it twice must do no harm. */
export type Handler = (payload: never) => Promise<void>

export interface Outbox {
  /** Whether what this process commits is delivered by it too. */
  readonly delivers: boolean
  /** Gives the runner a row that this process has just committed, taken already. */
  hand(row: Row): void
  /** Tells the runner that rows may be due in the database. */
  wake(): void
  /** Delivers what is due and resolves when nothing due is left. */
  deliverDue(): Promise<void>
  /** Finishes the row under way and leaves the others to the next runner. */
  stop(): Promise<void>
}

const insert = query<{ kind: string; payload: Payload; dueAt: number; now: number }>()((db, $) =>
  db
    .insert(outbox)
    .values({ kind: $.kind, payload: $.payload, dueAt: $.dueAt, attempts: 1, createdAt: $.now })
    .returning({ id: outbox.id })
    .prepare(),
)

/** The outbox of a process beside the server: what it commits is due at once, for the server that has the sockets and streams. */
export const leftToServer = (outbox: Outbox): Outbox => ({ ...outbox, delivers: false, hand() {} })

/**
 * Promises, inside a write, that the handler of this kind will run once the write is committed, crash or not. The row is
 * this process's from its birth, which spares taking it, unless it is {@link leftToServer}.
 */
export async function promise(
  app: Pick<App, "now" | "outbox">,
  tx: Db,
  after: After,
  kind: string,
  payload: Payload,
): Promise<void> {
  const now = app.now()
  const dueAt = app.outbox.delivers ? now + lease : now
  const [made] = await insert(tx, { kind, payload, dueAt, now })
  if (!made) throw new Error("The outbox took no row.")
  after(() => app.outbox.hand({ id: made.id, kind, payload, dueAt, attempts: 1, dead: false, createdAt: now }))
}

const removedNames = Array.from({ length: batch }, (_, n) => `id${n}`)

/** Forgets a batch of rows; of fewer, the last is named again and again, so that one statement does for all. */
const remove = query<Record<string, number>>()((db, $) =>
  db
    .delete(outbox)
    .where(inArray(outbox.id, removedNames.map((name) => $[name]) as Placeholder<string, number>[]))
    .returning({ id: outbox.id })
    .prepare(),
)

function removed(ids: number[]): Record<string, number> {
  const values: Record<string, number> = {}
  for (const [n, name] of removedNames.entries()) values[name] = ids[Math.min(n, ids.length - 1)] as number
  return values
}

type Handlers = Record<string, Handler>

export interface OutboxOptions {
  quick: Handlers
  /** Resolves once what the quick handlers did so far has really left; only then are their rows forgotten. */
  flushed?: () => Promise<unknown>
  slow?: Handlers
}

/**
 * Runs the handlers of `quick`, one row after the other in the order of the writes, and beside them those of `slow`, which
 * wait for others than us; both try again with growing pauses.
 */
export function createOutbox(
  app: Pick<App, "db" | "log" | "now">,
  { quick, flushed = async () => {}, slow = {} }: OutboxOptions,
): Outbox {
  const apart = Object.keys(slow)
  const runners = [
    createRunner(app, { handlers: quick, mine: notInArray(outbox.kind, apart), most: attemptsMax.quick, flushed }),
    ...(apart.length > 0
      ? [
          createRunner(app, {
            handlers: slow,
            mine: inArray(outbox.kind, apart),
            most: attemptsMax.slow,
            flushed: async () => {},
          }),
        ]
      : []),
  ]
  const [first, second = first] = runners
  return {
    delivers: true,
    hand: (row) => (Object.hasOwn(slow, row.kind) ? second : first)?.hand(row),
    wake() {
      for (const runner of runners) runner.wake()
    },
    deliverDue: async () => void (await Promise.all(runners.map((runner) => runner.deliverDue()))),
    stop: async () => void (await Promise.all(runners.map((runner) => runner.stop()))),
  }
}

interface RunnerOptions {
  handlers: Handlers
  /** Which rows are this runner's. */
  mine: SQL | undefined
  /** Attempts after which a row is dead. */
  most: number
  flushed(): Promise<unknown>
}

function createRunner(app: Pick<App, "db" | "log" | "now">, { handlers, mine, most, flushed }: RunnerOptions): Outbox {
  const take = query<{ now: number; until: number }>()((db, $) =>
    db
      .update(outbox)
      .set({ dueAt: sql`${$.until}`, attempts: sql`${outbox.attempts} + 1` })
      .where(inArray(outbox.id, dueIds(db, $.now, mine)))
      .returning()
      .prepare(),
  )
  const leaving = new Set<Promise<void>>()
  let running: Promise<void> | undefined
  /** Rows that this process committed, in the order of the writes. */
  const handed: Row[] = []
  let again = false
  let stopped = false

  async function run() {
    try {
      do {
        for (let rows = await next(); rows.length > 0; rows = await next()) {
          const done: number[] = []
          for (const row of rows) {
            const outcome = await attempt(row)
            if (outcome === "done") done.push(row.id)
            else await settle(row, outcome)
          }
          await leave(done)
        }
      } while ((again && !stopped) || handed.length > 0)
    } catch (error) {
      app.log.error("outbox", { error })
    }
    // In the same breath as the last look at what is left, so that nothing falls between.
    running = undefined
  }

  async function next(): Promise<Row[]> {
    if (handed.length === 0 && again) {
      again = false
      const due = await claim()
      // There may be more.
      again ||= due.length > 0
      if (due.length > 0) return due
    }
    return handed.splice(0, batch)
  }

  async function claim() {
    if (stopped) return []
    const now = app.now()
    const rows = await write(app, (tx) => take(tx, { now, until: now + lease }))
    return rows.sort((one, other) => one.id - other.id)
  }

  async function attempt(row: Row): Promise<Outcome> {
    if (stopped) return "untried"
    // The rows before it took too long: by now it may be another runner's.
    if (app.now() >= row.dueAt) return "expired"
    try {
      const handler = handlers[row.kind]
      if (!handler) throw new Error(`nothing handles outbox rows of kind "${row.kind}"`)
      await handler(row.payload as never)
      return "done"
    } catch (error) {
      return { error }
    }
  }

  /** Rows on their way out do not hold up the next ones, within bounds. */
  async function leave(ids: number[]): Promise<void> {
    if (ids.length === 0) return
    const left = forget(ids)
    leaving.add(left)
    void left.finally(() => leaving.delete(left))
    if (leaving.size >= leavingMax) await Promise.race(leaving)
  }

  /** A crash before it has them delivered again, which does no harm. */
  async function forget(ids: number[]): Promise<void> {
    try {
      await flushed()
      await write(app, (tx) => remove(tx, removed(ids)))
    } catch (error) {
      // They are delivered again when their lease is over.
      app.log.error("outbox rows not forgotten", { ids, error })
    }
  }

  async function settle({ id, kind, attempts }: Row, outcome: Exclude<Outcome, "done">): Promise<void> {
    try {
      if (outcome === "untried") {
        await amend(id, { dueAt: app.now(), attempts: attempts - 1 })
      } else if (outcome !== "expired") {
        const dead = attempts >= most
        app.log[dead ? "error" : "warn"]("outbox", { id, kind, attempts, dead, error: outcome.error })
        await amend(id, { dead, dueAt: app.now() + Math.min(firstPause * 2 ** (attempts - 1), longestPause) })
      }
    } catch (error) {
      // It is tried again when its lease is over.
      app.log.error("outbox row not settled", { id, kind, error })
    }
  }

  const amend = (id: number, change: Partial<Row>) =>
    write(app, (tx) => tx.update(outbox).set(change).where(eq(outbox.id, id)).returning({ id: outbox.id }))

  function start(): Promise<void> {
    again = true
    running ??= run()
    return running
  }

  return {
    delivers: true,
    hand(row) {
      if (handed.length >= handedMax) return
      handed.push(row)
      running ??= run()
    },
    wake: () => void start(),
    async deliverDue() {
      await start()
      await Promise.all(leaving)
    },
    async stop() {
      stopped = true
      await running
      await Promise.all(leaving)
    },
  }
}

/** Several copies of the program on one Postgres each take other rows. */
function dueIds(tx: Db, now: Placeholder<string, number>, mine: SQL | undefined): SQL {
  const due = tx
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(eq(outbox.dead, false), lte(outbox.dueAt, now), mine))
    // What is due at once comes in the order of the writes, as the index has it.
    .orderBy(asc(outbox.dueAt), asc(outbox.id))
    .limit(batch)
  return engine === "postgres" ? sql`(${due} for update skip locked)` : sql`${due}`
}

/** Frees the rows that a process which died had taken. Only where no other process can be running. */
export async function releaseClaims(app: Pick<App, "db" | "log" | "now">): Promise<void> {
  await write(app, (tx) =>
    tx.update(outbox).set({ dueAt: app.now() }).where(eq(outbox.dead, false)).returning({ id: outbox.id }),
  )
}
