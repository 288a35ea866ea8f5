import { and, eq, lt } from "drizzle-orm"
import type { App } from "../app.ts"
import { write } from "../db/write.ts"
import type { Job } from "../jobs/runner.ts"
import { closedFrame } from "./frames.ts"
import { closeAbandoned, findLostHosts } from "./presence.ts"
import { endRehearsal, type Totals } from "./room.ts"
import { rooms } from "./tables.ts"

const hour = 3_600_000
/** A reservation nobody went live with is dropped after so long, in milliseconds. */
const reservationTtl = 24 * hour

export const roomJobs = (app: App): Job[] => [
  { name: "rooms.close_abandoned", every: 1_000, run: () => closeAbandoned(app) },
  { name: "rooms.find_lost_hosts", every: 15_000, run: () => findLostHosts(app) },
  { name: "rooms.drop_reservations", every: hour, run: () => dropReservations(app) },
]

/** What follows a room's end, once it is committed: everybody is told, then the sockets are closed. */
export const roomHandlers = (app: Pick<App, "realtime">) => ({
  "room.closed": async ({ roomId, ...totals }: Totals & { roomId: number }) => {
    app.realtime.toRoom(roomId, closedFrame(totals), "money")
    app.realtime.closeRoom(roomId)
  },
})

const dropReservations = (app: App) =>
  write(app, async (tx, after) => {
    const dropped = await tx
      .delete(rooms)
      .where(and(eq(rooms.state, "reserved"), lt(rooms.reservedAt, app.now() - reservationTtl)))
      .returning({ id: rooms.id, streaming: rooms.streaming })
    for (const one of dropped) await endRehearsal(app, tx, after, one)
  })
