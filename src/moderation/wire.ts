import type { App } from "../app.ts"
import type { HostedRoom } from "../rooms/room.ts"
import { roomRow } from "../rooms/wire.ts"

/** A room on the air as who watches over all sees it; `playUrl` is RTMP. */
export const monitorRow = (app: App) => (hosted: HostedRoom) => {
  const row = roomRow(app, hosted)
  return { userId: hosted.room.ownerId, playUrl: row.live_url, ...row }
}
