import { and, eq } from "drizzle-orm"
import type { App } from "../app.ts"
import { write } from "../db/write.ts"
import { noticeFrame } from "../realtime/notice.ts"
import { rooms } from "../rooms/tables.ts"
import { leaveStage, roleOn, setGuestDue } from "./stage.ts"
import { guests } from "./tables.ts"

/**
 * Takes off the stage who may not be there any more, and who has been out of the room for longer than a host may be. Before
 * the room is open nobody can be in it.
 */
export async function tendStages(app: App): Promise<void> {
  const onStage = await app.db.read
    .select({ roomId: guests.roomId, userId: guests.userId, dueAt: guests.dueAt })
    .from(guests)
    .innerJoin(rooms, eq(rooms.id, guests.roomId))
    .where(and(eq(guests.state, "agreed"), eq(rooms.state, "live")))
  for (const { roomId, userId, dueAt } of onStage) {
    const isThere = () => app.realtime.roomOf(userId) === roomId
    if ((await roleOn(app, roomId, userId)) === undefined) await throwOut(app, roomId, userId, () => true)
    else if (isThere() !== (dueAt === null)) await noteGuest(app, roomId, userId)
    else if (dueAt !== null && dueAt <= app.now()) await throwOut(app, roomId, userId, () => !isThere())
  }
}

const noteGuest = (app: App, roomId: number, userId: number) =>
  write(app, (tx) => {
    const isThere = app.realtime.roomOf(userId) === roomId
    return setGuestDue(tx, roomId, userId, isThere ? null : app.now() + app.config.hostGrace * 1_000)
  })

/** Takes a guest off the stage who did not ask for it, unless it has become needless, and says so. */
export const throwOut = (app: App, roomId: number, userId: number, isDue: () => boolean): Promise<boolean> =>
  write(app, async (tx, after) => {
    if (!isDue() || !(await leaveStage(app, tx, after, roomId, userId))) return false
    after(() => app.realtime.toUser(userId, noticeFrame("You are no longer on stage.", { room_id: roomId })))
    return true
  })
