import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { lockRow } from "../db/lock.ts"
import { write } from "../db/write.ts"
import { violationFrame } from "../realtime/notice.ts"
import { refuse } from "../refusal.ts"
import { finishRoom, liveRoomOf } from "../rooms/room.ts"

/**
 * Ends what a host has on the air, a conference too: the host hears that the rules were broken, everybody that it is over, and
 * the stream is cut. The host may go live again.
 *
 * @throws {Refusal} `room.no_chat` for who has nothing on the air
 */
export async function closeBroadcast(app: App, actor: string, hostId: number): Promise<void> {
  const room = await liveRoomOf(app.db.read, hostId)
  if (!room) refuse("room.no_chat", { message: "This host has nothing on the air." })
  await app.realtime.attend(room.id)
  await write(app, async (tx, after) => {
    await lockRow(tx, users, hostId)
    // What the host opened meanwhile is ended no less: the host is meant.
    const now = await liveRoomOf(tx, hostId)
    if (!now) refuse("room.no_chat", { message: "This host has nothing on the air." })
    after(() => app.realtime.toUser(hostId, violationFrame("Your broadcast was ended by an administrator.")))
    await finishRoom(app, tx, after, now.id, "admin")
    await audit(app, tx, { actor, act: "room.close", target: `room ${now.id}`, detail: { host: hostId } })
  })
}
