import type { App } from "../app.ts"
import type { Job } from "../jobs/runner.ts"
import { dropIdleConferences } from "./ending.ts"
import { roleOn } from "./stage.ts"
import { tendStages } from "./tending.ts"

interface Leave {
  roomId: number
  userId: number
}

export const conferenceJobs = (app: App): Job[] => [
  { name: "conferences.tend_stages", every: 5_000, run: () => tendStages(app) },
  { name: "conferences.drop_idle", every: 10 * 60_000, run: () => dropIdleConferences(app) },
]

/** What must happen at the provider once it is committed here. */
export const conferenceHandlers = (app: () => App) => ({
  "conference.closed": ({ roomId }: Pick<Leave, "roomId">) => app().rtc.close(roomId),
  "conference.left": async ({ roomId, userId }: Leave) => {
    // Asked back meanwhile, perhaps after days in which the provider was down.
    if ((await roleOn(app(), roomId, userId)) === undefined) await app().rtc.remove(roomId, userId)
  },
})
