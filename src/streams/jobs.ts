import type { App } from "../app.ts"
import type { Job } from "../jobs/runner.ts"
import { anyRoom } from "../rooms/room.ts"
import { mediaListener } from "./listener.ts"
import { reconcileStreams } from "./reconcile.ts"

export const streamJobs = (app: App): Job[] => [
  { name: "streams.reconcile", every: 15_000, run: () => reconcileStreams(app) },
]

/**
 * What must happen at the providers: the host may have moved from one line to another, so each is told. Of a reservation
 * that was dropped nothing is left here.
 */
export const streamHandlers = (app: () => App) => ({
  "stream.close": async ({ roomId }: { roomId: number }) => {
    const { room } = (await anyRoom(app().db.read, roomId)) ?? {}
    if (room && room.state !== "finished") return
    const over = { save: room?.save ?? false, startedAt: room?.startedAt ?? 0, finishedAt: room?.finishedAt ?? 0 }
    await Promise.all(
      app().media.all.map((provider) => provider.close(roomId, over, mediaListener(app(), provider.name))),
    )
  },
})
