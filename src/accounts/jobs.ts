import type { App } from "../app.ts"
import type { Job } from "../jobs/runner.ts"
import { forgetOldCodes } from "./code.ts"
import { forgetOldAttempts } from "./lockout.ts"
import { forgetOldSessions } from "./session.ts"

const hour = 3_600_000

export const accountJobs = (app: App): Job[] => [
  { name: "accounts.forget_sessions", every: hour, run: () => forgetOldSessions(app) },
  { name: "accounts.forget_codes", every: hour, run: () => forgetOldCodes(app) },
  { name: "accounts.forget_attempts", every: hour, run: () => forgetOldAttempts(app) },
]
