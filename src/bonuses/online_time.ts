import { and, eq, isNotNull, isNull, lt, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import { onlinePulse, onlineTimes } from "./tables.ts"

/** How long somebody was connected on a day, in milliseconds, besides the stretch that began at `since`. */
export type OnlineTime = Omit<typeof onlineTimes.$inferSelect, "id">

const byUser = query<{ userId: number }>()((db, $) =>
  db
    .select({ day: onlineTimes.day, spent: onlineTimes.spent })
    .from(onlineTimes)
    .where(eq(onlineTimes.userId, $.userId))
    .prepare(),
)

/** What the database knows of somebody's last day. */
export async function timeOf(db: Db, userId: number) {
  const [time] = await byUser(db, { userId })
  return time
}

const put = query<OnlineTime>()((db, $) =>
  db
    .insert(onlineTimes)
    .values({ userId: $.userId, day: $.day, spent: $.spent, since: $.since })
    .onConflictDoUpdate({
      target: onlineTimes.userId,
      set: { day: sql`excluded.day`, spent: sql`excluded.spent`, since: sql`excluded.since` },
    })
    .returning({ id: onlineTimes.id })
    .prepare(),
)

/** Writes down what somebody's time has come to, inside a write. */
export const keepTime = (tx: Db, { userId, day, spent, since }: OnlineTime) => put(tx, { userId, day, spent, since })

/** Writes down that the server is alive at a moment: stretches that a crash leaves open are counted until then. */
export async function beat(app: Pick<App, "db" | "log">, at: number): Promise<void> {
  await write(app, async (tx) => {
    const beaten = await tx.update(onlinePulse).set({ at }).returning({ id: onlinePulse.id })
    if (beaten.length === 0) await tx.insert(onlinePulse).values({ at }).returning({ id: onlinePulse.id })
  })
}

/** Ends the stretches that a crash left open where the server was last known to be alive. */
export async function endStretches(app: Pick<App, "calendar" | "db" | "log">): Promise<void> {
  const [pulse] = await app.db.read.select({ at: onlinePulse.at }).from(onlinePulse)
  const until = pulse?.at ?? 0
  const day = app.calendar.dayOf(until)
  const morning = app.calendar.startOf(day)
  const { since, spent } = onlineTimes
  const stretch = sql`case when ${since} >= ${until} then 0 when ${since} > ${morning} then ${until} - ${since} else ${until - morning} end`
  await write(app, (tx) =>
    tx
      .update(onlineTimes)
      .set({
        day: sql`case when ${onlineTimes.day} < ${day} then ${day} else ${onlineTimes.day} end`,
        spent: sql`case when ${onlineTimes.day} < ${day} then 0 else ${spent} end + ${stretch}`,
        since: null,
      })
      .where(isNotNull(since))
      .returning({ id: onlineTimes.id }),
  )
}

/** Forgets days that are over. */
export function forgetOldTimes(app: Pick<App, "calendar" | "db" | "log" | "now">): Promise<unknown> {
  const yesterday = app.calendar.dayOf(app.now()) - 1
  return write(app, (tx) =>
    tx
      .delete(onlineTimes)
      .where(and(lt(onlineTimes.day, yesterday), isNull(onlineTimes.since)))
      .returning({ id: onlineTimes.id }),
  )
}
