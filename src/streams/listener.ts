import { eq } from "drizzle-orm"
import { banOn } from "../accounts/ban.ts"
import { users } from "../accounts/tables.ts"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import { mayKeep } from "../playback/disk.ts"
import { recorded } from "../playback/recorded.ts"
import type { MediaListener, MediaProviderName } from "../providers/media/index.ts"
import { noteStream } from "../rooms/presence.ts"
import { rooms } from "../rooms/tables.ts"

const standingOf = query<{ roomId: number }>()((db, $) =>
  db
    .select({ state: rooms.state, save: rooms.save, line: rooms.line, bannedUntil: users.bannedUntil })
    .from(rooms)
    .innerJoin(users, eq(users.id, rooms.ownerId))
    .where(eq(rooms.id, $.roomId))
    .prepare(),
)

/** What rooms answer to a provider of video, and learn from it. */
export function mediaListener(app: App, provider: MediaProviderName): MediaListener {
  return {
    async mayPublish(roomId) {
      const [room] = await standingOf(app.db.read, { roomId })
      if (!room || room.state === "finished" || banOn(room.bannedUntil, app.now())) return undefined
      return { save: room.save && room.state === "live" }
    },
    async mayWatch(roomId) {
      const [room] = await standingOf(app.db.read, { roomId })
      return room?.state === "live"
    },
    async started(roomId) {
      if (await noteStream(app, roomId, true)) app.log.info("stream started", { roomId })
    },
    async ended(roomId) {
      const [room] = await standingOf(app.db.read, { roomId })
      const current = room && app.media.on(room.line)
      // Who moves to another line is there before the connection on the former one is gone.
      if (current && current.name !== provider && (await current.isStreaming(roomId).catch(() => false))) return
      if (await noteStream(app, roomId, false)) app.log.info("stream ended", { roomId })
    },
    mayKeep: (roomId, bytes, underWay) => mayKeep(app, roomId, bytes, underWay),
    recorded: (roomId, recording) => recorded(app, provider, roomId, recording),
  }
}
