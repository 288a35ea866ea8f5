import { eq, sql } from "drizzle-orm"
import type { App } from "../app.ts"
import { type Db, query } from "../db/query.ts"
import type { After } from "../db/write.ts"
import { tasksFrame } from "./frame.ts"
import { stepsTowards } from "./table.ts"
import { type Target, targets, taskProgress } from "./tables.ts"
import { tasksToday } from "./today.ts"

/** How long a change of the tables may go unnoticed here, in milliseconds. */
const memory = 60_000
/** People remembered to have done everything, at most; whoever is forgotten costs a statement again. */
const idleMax = 100_000

/** Something somebody did that tasks may ask for. */
export interface Deed {
  userId: number
  target: Target
  /** How many: rounds, or gifts. */
  times: number
}

export interface TaskProgress {
  /**
   * Counts a deed towards today's tasks, inside the write that does it, and tells the person's socket once that is
   * committed. Whoever has done all that tasks ask for costs nothing. The deeds of several people are counted in the order of
   * their ids, so that two writes never wait for each other.
   */
  count(tx: Db, after: After, deed: Deed): Promise<void>
}

/** Whether something remembered for a while is still to be believed; a clock that was set back makes it old. */
const isFresh = (until: number, now: number) => now < until && until <= now + memory

interface Addition {
  userId: number
  target: number
  day: number
  times: number
  most: number
}

const isToday = sql`${taskProgress.day} = ${sql.placeholder("day")}`

const add = query<Addition>()((db, $) =>
  db
    .insert(taskProgress)
    .values({ userId: $.userId, target: $.target, day: $.day, count: $.times, reached: {} })
    .onConflictDoUpdate({
      target: [taskProgress.userId, taskProgress.target],
      set: {
        day: sql`${$.day}`,
        count: sql`case when ${isToday} then ${taskProgress.count} else 0 end + ${$.times}`,
        reached: sql`case when ${isToday} then ${taskProgress.reached} else '{}' end`,
      },
      setWhere: sql`${taskProgress.day} < ${$.day} or (${isToday} and ${taskProgress.count} < ${$.most})`,
    })
    .returning({ id: taskProgress.id, count: taskProgress.count, reached: taskProgress.reached })
    .prepare(),
)

const reach = query<{ id: number; reached: Record<string, number> }>()((db, $) =>
  db
    .update(taskProgress)
    .set({ reached: sql`${sql.param($.reached, taskProgress.reached)}` })
    .where(eq(taskProgress.id, $.id))
    .returning({ id: taskProgress.id })
    .prepare(),
)

/** Keeps in memory what the tables ask for, and who has done all of it, each for a minute. */
export function createTaskProgress(app: () => Pick<App, "calendar" | "db" | "now" | "realtime">): TaskProgress {
  const asked = new Map<Target, { steps: number[]; until: number }>()
  const idle = new Map<string, { day: number; until: number }>()
  /** Who is being told, and whether more has happened meanwhile. */
  const telling = new Map<number, boolean>()

  async function stepsOf(tx: Db, target: Target): Promise<number[]> {
    const now = app().now()
    const known = asked.get(target)
    if (known && isFresh(known.until, now)) return known.steps
    const steps = await stepsTowards(tx, targets[target])
    asked.set(target, { steps, until: now + memory })
    return steps
  }

  function rest(person: string, day: number): void {
    idle.delete(person)
    idle.set(person, { day, until: app().now() + memory })
    if (idle.size > idleMax) for (const oldest of idle.keys()) return void idle.delete(oldest)
  }

  /** One telling at a time, so that none overtakes another; what happens meanwhile is told with the next. */
  async function tell(userId: number): Promise<void> {
    if (telling.has(userId)) return void telling.set(userId, true)
    try {
      do {
        telling.set(userId, false)
        app().realtime.toUser(userId, tasksFrame(await tasksToday(app(), app().db.read, userId, "android")))
      } while (telling.get(userId))
    } finally {
      telling.delete(userId)
    }
  }

  return {
    async count(tx, after, { userId, target, times }) {
      const now = app().now()
      const day = app().calendar.dayOf(now)
      const person = `${target} ${userId}`
      const resting = idle.get(person)
      if (resting && resting.day === day && isFresh(resting.until, now)) return
      const steps = await stepsOf(tx, target)
      const most = steps.at(-1)
      if (most === undefined) return
      const [row] = await add(tx, { userId, target: targets[target], day, times, most })
      if (!row) return after(() => rest(person, day))
      const passed = steps.filter((step) => row.count - times < step && step <= row.count)
      if (passed.length > 0) {
        const reached = { ...row.reached, ...Object.fromEntries(passed.map((step) => [step, now])) }
        await reach(tx, { id: row.id, reached })
      }
      after(() => tell(userId))
    },
  }
}
