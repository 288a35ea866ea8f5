import type { App } from "../app.ts"
import type { Job } from "../jobs/runner.ts"
import { forgetOldTimes } from "./online_time.ts"

export const bonusJobs = (app: App): Job[] => [
  { name: "bonuses.keep_attendance", every: 20_000, run: () => app.attendance.keep() },
  { name: "bonuses.forget_times", every: 3_600_000, run: () => forgetOldTimes(app) },
]
