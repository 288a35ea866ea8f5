import type { App } from "../app.ts"
import { type LiveNotice, tellFollowers } from "./live_notice.ts"

/** What follows a host's going live, once it is committed. */
export const socialHandlers = (app: () => App) => ({
  "host.live": (notice: LiveNotice) => tellFollowers(app(), notice),
})
