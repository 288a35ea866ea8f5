import { asc, eq } from "drizzle-orm"
import type { App } from "../app.ts"
import { outbox } from "./tables.ts"

/** How many promises wait, or were given up. */
export const outboxCount = ({ db }: Pick<App, "db">, dead: boolean): Promise<number> =>
  db.read.$count(outbox, eq(outbox.dead, dead))

/** How long the oldest promise has waited, in seconds; 0 when none waits. */
export async function outboxAge({ db, now }: Pick<App, "db" | "now">): Promise<number> {
  const [oldest] = await db.read
    .select({ createdAt: outbox.createdAt })
    .from(outbox)
    .where(eq(outbox.dead, false))
    .orderBy(asc(outbox.id))
    .limit(1)
  return oldest ? Math.max(0, now() - oldest.createdAt) / 1_000 : 0
}
