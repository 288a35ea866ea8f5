import type { App } from "../app.ts"
import { write } from "../db/write.ts"
import type { Listener } from "../realtime/listener.ts"
import { beat, endStretches, keepTime, type OnlineTime, timeOf } from "./online_time.ts"

/** Rows that one write keeps at most. */
const batch = 100

/** What is known of somebody who is connected, or was a moment ago. */
interface Visit {
  day: number
  /** Milliseconds connected on that day, without the stretch under way. */
  spent: number
  since: number | undefined
  /** `spent` has what the database knew before. */
  isWhole: boolean
  /** How often somebody came or went, and how often of these the database has heard of. */
  changes: number
  kept: number
}

/** How long everybody has been connected today. Several sockets at once count once. */
export interface Attendance {
  /** Somebody has a socket. */
  came(userId: number): void
  /** A socket of somebody's is gone; perhaps not the last one. */
  went(userId: number): void
  /** Milliseconds connected, and on which day of the server's zone. */
  today(userId: number): Promise<{ day: number; connected: number }>
  /** Writes down who came and went since the last time, and that the server is alive. */
  keep(): Promise<void>
  /** Ends what a crash left open. Only where no other server can be running, before the first socket. */
  settle(): Promise<void>
}

/**
 * Counts in memory. The database learns only of comings and goings, and that the server is alive, all of it by
 * {@link Attendance.keep}: a crash costs what came after the last one, and whoever stays costs no write however long.
 */
export function createAttendance(app: () => Pick<App, "calendar" | "db" | "log" | "now" | "realtime">): Attendance {
  const visits = new Map<number, Visit>()

  function visitOf(userId: number): Visit {
    const known = visits.get(userId)
    if (known) return upToDate(known)
    const day = app().calendar.dayOf(app().now())
    const visit = { day, spent: 0, since: undefined, isWhole: false, changes: 0, kept: 0 }
    visits.set(userId, visit)
    return visit
  }

  /** At midnight the count begins anew; a clock that was set back begins no day again. */
  function upToDate(visit: Visit): Visit {
    const { calendar, now } = app()
    const today = calendar.dayOf(now())
    if (today <= visit.day) return visit
    visit.day = today
    visit.spent = 0
    visit.isWhole = true
    if (visit.since !== undefined) visit.since = Math.max(visit.since, calendar.startOf(today))
    return visit
  }

  const underWay = ({ since }: Visit) => (since === undefined ? 0 : Math.max(0, app().now() - since))

  /** Adds what the database knew of the day before this visit began. */
  async function complete(userId: number, visit: Visit): Promise<Visit> {
    if (visit.isWhole) return visit
    const before = await timeOf(app().db.read, userId)
    if (!visit.isWhole && before?.day === visit.day) visit.spent += before.spent
    visit.isWhole = true
    return visit
  }

  /** Whoever has gone, and of whom the database knows everything, is forgotten here. */
  function forgetIfGone(userId: number, visit: Visit): void {
    if (visit.since === undefined && visit.kept === visit.changes) visits.delete(userId)
  }

  async function keepThese(these: [number, Visit][]): Promise<void> {
    const rows: (OnlineTime & { changes: number })[] = []
    for (const [userId, visit] of these) {
      const { day, spent, since = null, changes } = upToDate(await complete(userId, visit))
      rows.push({ userId, day, spent, since, changes })
    }
    await write(app(), async (tx) => {
      for (const row of rows) await keepTime(tx, row)
    })
    for (const [n, [userId, visit]] of these.entries()) {
      visit.kept = rows[n]?.changes ?? visit.kept
      forgetIfGone(userId, visit)
    }
  }

  return {
    came(userId) {
      const visit = visitOf(userId)
      if (visit.since !== undefined) return
      visit.since = app().now()
      visit.changes += 1
    },
    went(userId) {
      if (app().realtime.isOnline(userId)) return
      const visit = visits.get(userId)
      if (visit?.since === undefined) return
      upToDate(visit)
      visit.spent += underWay(visit)
      visit.since = undefined
      visit.changes += 1
    },
    async today(userId) {
      const visit = visits.get(userId)
      if (visit) {
        const { day, spent } = upToDate(await complete(userId, visit))
        return { day, connected: spent + underWay(visit) }
      }
      const day = app().calendar.dayOf(app().now())
      const time = await timeOf(app().db.read, userId)
      return { day, connected: time?.day === day ? time.spent : 0 }
    },
    async keep() {
      const changed = [...visits].filter(([, visit]) => visit.changes !== visit.kept)
      for (let first = 0; first < changed.length; first += batch) await keepThese(changed.slice(first, first + batch))
      if (visits.size > 0) await beat(app(), app().now())
    },
    settle: () => endStretches(app()),
  }
}

/** A listener to whose sockets attendance is paid. */
export const attended = (listener: Listener, attendance: Attendance): Listener => ({
  ...listener,
  entered(seat) {
    attendance.came(seat.userId)
    return listener.entered(seat)
  },
  left(seat) {
    attendance.went(seat.userId)
    listener.left(seat)
  },
})
