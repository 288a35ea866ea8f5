import { and, eq, lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { refuse } from "../refusal.ts"
import { type Db, query } from "./query.ts"
import { replays } from "./tables.ts"
import { write } from "./write.ts"

/** Answers are kept this long at least, in milliseconds. */
const replayTtl = 48 * 3_600_000

/** A call that may be a retry: the caller's own number for it and a fingerprint of what it asks. */
export interface RequestKey {
  userId: number
  requestId: string
  fingerprint: string
}

const claim = query<RequestKey & { now: number }>()((db, $) =>
  db
    .insert(replays)
    .values({ userId: $.userId, requestId: $.requestId, fingerprint: $.fingerprint, createdAt: $.now })
    .onConflictDoNothing()
    .returning({ id: replays.id })
    .prepare(),
)

const earlier = query<{ userId: number; requestId: string }>()((db, $) =>
  db
    .select({ fingerprint: replays.fingerprint, answer: replays.answer })
    .from(replays)
    .where(and(eq(replays.userId, $.userId), eq(replays.requestId, $.requestId)))
    .prepare(),
)

/**
 * Runs a verb once for a request key, in the verb's own transaction: a retry gets the first answer again, without the
 * verb. Without a key it simply runs. The answer must survive JSON.
 *
 * @throws {Refusal} `request.reused` when the key came with other parameters before
 */
export async function once<T>(
  app: Pick<App, "now">,
  tx: Db,
  request: RequestKey | undefined,
  verb: () => Promise<T>,
): Promise<T> {
  if (!request) return verb()
  const [claimed] = await claim(tx, { ...request, now: app.now() })
  if (!claimed) {
    const [first] = await earlier(tx, request)
    if (first?.fingerprint !== request.fingerprint) refuse("request.reused")
    return first.answer as T
  }
  const answer = await verb()
  await tx
    .update(replays)
    .set({ answer: answer ?? null })
    .where(eq(replays.id, claimed.id))
    .returning({ id: replays.id })
  return answer
}

/**
 * The same for a verb that asks others than the database, and so cannot run inside a write. It must be safe to repeat: two
 * calls at once, or one after a crash, may both run it.
 *
 * @throws {Refusal} `request.reused`
 */
export async function onceAnswered<T>(
  app: Pick<App, "db" | "log" | "now">,
  request: RequestKey | undefined,
  verb: () => Promise<T>,
): Promise<T> {
  if (!request) return verb()
  const [first] = await earlier(app.db.read, request)
  if (first && first.fingerprint !== request.fingerprint) refuse("request.reused")
  if (first) return first.answer as T
  const answer = await verb()
  return write(app, (tx) => once(app, tx, request, async () => answer))
}

/** Forgets answers that nobody will ask for again. */
export function forgetOldReplays(app: App): Promise<unknown> {
  return write(app, (tx) =>
    tx
      .delete(replays)
      .where(lt(replays.createdAt, app.now() - replayTtl))
      .returning({ id: replays.id }),
  )
}
