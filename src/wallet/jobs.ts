import type { App } from "../app.ts"
import type { Job } from "../jobs/runner.ts"
import { forgetOldEarnings } from "./rice.ts"

export const walletJobs = (app: App): Job[] => [
  { name: "wallet.forget_earnings", every: 3_600_000, run: () => forgetOldEarnings(app) },
]
