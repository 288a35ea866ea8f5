import type { App } from "../app.ts"
import type { Job } from "../jobs/runner.ts"
import type { Removal } from "./picture.ts"
import { forgetRemoved, removeFile, wantedContents } from "./removal.ts"

const hour = 3_600_000

export const fileJobs = (app: App): Job[] => [
  { name: "files.tidy", every: hour, run: () => app.files.builtin.tidy((contents) => wantedContents(app, contents)) },
  { name: "files.forget_removed", every: hour, run: () => forgetRemoved(app) },
]

/** What follows once a picture has another in its place. */
export const fileHandlers = (app: () => App) => ({
  "file.remove": (removal: Removal) => removeFile(app(), removal),
})
