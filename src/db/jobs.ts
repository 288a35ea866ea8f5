import type { App } from "../app.ts"
import type { Job } from "../jobs/runner.ts"
import { forgetOldReplays } from "./replay.ts"

const second = 1_000
const hour = 3_600 * second

export const databaseJobs = (app: App): Job[] => [
  // What was committed wakes the outbox by itself; this brings the retries, and rows another process left.
  { name: "outbox.deliver", every: second, run: () => app.outbox.deliverDue() },
  { name: "replays.forget", every: hour, run: () => forgetOldReplays(app) },
]
