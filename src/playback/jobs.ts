import type { App } from "../app.ts"
import type { Job } from "../jobs/runner.ts"
import { evictOldest } from "./disk.ts"
import type { File } from "./removal.ts"

const minute = 60_000

export const playbackJobs = (app: App): Job[] => [
  { name: "playback.evict_oldest", every: minute, run: () => evictOldest(app) },
]

/** What follows a playback's end, once it is committed; a file that is gone already is fine. */
export const playbackHandlers = (app: Pick<App, "media">) => ({
  "recording.delete": async ({ provider, key }: File) => {
    const keeper = app.media.named(provider)
    if (!keeper) throw new Error(`The provider "${provider}" is not configured any more, and still keeps "${key}".`)
    await keeper.deleteRecording({ key })
  },
})
