import type { App } from "../app.ts"
import type { Job } from "../jobs/runner.ts"
import { forgetOldCodes } from "./code.ts"
import { forgetOldAttempts } from "./lockout.ts"
import { forgetOldSessions } from "./session.ts"

const hour = 3_600_000

/** Sockets are the server's, whichever process closed the account. */
export const accountHandlers = (app: Pick<App, "realtime">) => ({
  "account.closed": async ({ userId }: { userId: number }) => app.realtime.dismiss(userId, "account.banned_forever"),
})

export const accountJobs = (app: App): Job[] => [
  { name: "accounts.forget_sessions", every: hour, run: () => forgetOldSessions(app) },
  { name: "accounts.forget_codes", every: hour, run: () => forgetOldCodes(app) },
  { name: "accounts.forget_attempts", every: hour, run: () => forgetOldAttempts(app) },
]
