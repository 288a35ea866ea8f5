import { lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"
import { dailyMarks } from "./tables.ts"

/** Marks the day, once. @throws {Refusal} `bonus.taken` */
export async function markDay(app: App, userId: number): Promise<void> {
  const day = app.calendar.dayOf(app.now())
  const [marked] = await write(app, (tx) =>
    tx
      .insert(dailyMarks)
      .values({ userId, day })
      .onConflictDoUpdate({ target: dailyMarks.userId, set: { day }, setWhere: lt(dailyMarks.day, day) })
      .returning({ id: dailyMarks.id }),
  )
  if (!marked) refuse("bonus.taken", { message: "The day is marked already." })
}
