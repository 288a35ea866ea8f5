import { and, eq } from "drizzle-orm"
import { type Closing, holding, type PersonalData } from "../personal.ts"
import { finishRoom } from "./room.ts"
import { gags, rooms, visits } from "./tables.ts"

export const roomsPersonal: PersonalData = {
  holdings: [
    holding({
      name: "rooms",
      table: rooms,
      whose: [rooms.ownerId],
      // A recording that comes late is of no use then.
      erasure: { blanked: { name: "", location: "", save: false } },
    }),
    holding({
      name: "visits",
      table: visits,
      whose: [visits.userId],
      erasure: { kept: "A live room's viewers are counted by them." },
    }),
    holding({ name: "gags", table: gags, whose: [gags.userId], erasure: "deleted" }),
  ],
  close: closeRooms,
}

/** Ends what is on the air and drops what was reserved. */
async function closeRooms({ app, tx, after, userId }: Closing): Promise<void> {
  const own = eq(rooms.ownerId, userId)
  await tx
    .delete(rooms)
    .where(and(own, eq(rooms.state, "reserved")))
    .returning({ id: rooms.id })
  const live = await tx
    .select({ id: rooms.id })
    .from(rooms)
    .where(and(own, eq(rooms.state, "live")))
  for (const { id } of live) await finishRoom(app, tx, after, id, "admin")
}
