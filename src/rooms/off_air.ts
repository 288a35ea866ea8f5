import { and, eq } from "drizzle-orm"
import type { App } from "../app.ts"
import { promise } from "../db/outbox.ts"
import type { Db } from "../db/query.ts"
import type { After } from "../db/write.ts"
import { endRehearsal, finishRoom } from "./room.ts"
import { type EndCause, rooms } from "./tables.ts"

/**
 * Ends whatever somebody hosts, on the air or only reserved, inside a write that holds that user's row.
 *
 * @returns the ids of what was on the air
 */
export async function takeOffAir(
  app: App,
  tx: Db,
  after: After,
  ownerId: number,
  endCause: EndCause,
): Promise<number[]> {
  const reserved = await tx
    .delete(rooms)
    .where(and(eq(rooms.ownerId, ownerId), eq(rooms.state, "reserved")))
    .returning({ id: rooms.id, kind: rooms.kind, streaming: rooms.streaming })
  for (const room of reserved) {
    if (room.kind === "live") await endRehearsal(app, tx, after, room)
    else await promise(app, tx, after, "conference.closed", { roomId: room.id })
  }
  const live = await tx
    .select({ id: rooms.id })
    .from(rooms)
    .where(and(eq(rooms.ownerId, ownerId), eq(rooms.state, "live")))
  const ids = live.map(({ id }) => id)
  for (const id of ids) await finishRoom(app, tx, after, id, endCause)
  return ids
}
