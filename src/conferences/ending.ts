import { and, eq, lt } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { lockRow } from "../db/lock.ts"
import { promise } from "../db/outbox.ts"
import type { Db } from "../db/query.ts"
import { type After, write } from "../db/write.ts"
import { finishRoom, type Room, type Totals } from "../rooms/room.ts"
import { type EndCause, rooms } from "../rooms/tables.ts"

/** How long a conference is kept that nobody opens, in milliseconds since it was made or confirmed. */
const idleTtl = 2 * 3_600_000

/** Drops conferences that nobody has opened: they take others' places, and their guests' time. */
export async function dropIdleConferences(app: App): Promise<void> {
  const isIdle = and(
    eq(rooms.state, "reserved"),
    eq(rooms.kind, "conference"),
    lt(rooms.reservedAt, app.now() - idleTtl),
  )
  const idle = await app.db.read.select({ id: rooms.id, ownerId: rooms.ownerId }).from(rooms).where(isIdle)
  for (const { id, ownerId } of idle) {
    await write(app, async (tx, after) => {
      await lockRow(tx, users, ownerId)
      const [room] = await tx
        .select({ id: rooms.id, state: rooms.state })
        .from(rooms)
        .where(and(eq(rooms.id, id), isIdle))
      if (room) await endConference(app, tx, after, room, "abandoned")
    })
  }
}

/**
 * Settles a conference inside a write, or drops one that was never opened, which comes to nothing.
 *
 * @returns undefined when it was over already
 */
export async function endConference(
  app: App,
  tx: Db,
  after: After,
  { id, state }: Pick<Room, "id" | "state">,
  endCause: EndCause,
): Promise<Totals | undefined> {
  if (state !== "reserved") return finishRoom(app, tx, after, id, endCause)
  const dropped = await tx
    .delete(rooms)
    .where(and(eq(rooms.id, id), eq(rooms.state, "reserved")))
    .returning({ id: rooms.id })
  if (dropped.length === 0) return undefined
  await promise(app, tx, after, "conference.closed", { roomId: id })
  return { seconds: 0, viewers: 0, rice: 0 }
}
