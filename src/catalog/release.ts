import { eq } from "drizzle-orm"
import { isOlder } from "../accounts/version.ts"
import type { App } from "../app.ts"
import { query } from "../db/query.ts"
import type { Platform } from "../payments/tables.ts"
import { appReleases } from "./tables.ts"

/** The newest app that is known, as one that asks should see it. */
export interface Release {
  version: string
  url: string
  /** The app that asks is too old to sign in. */
  isForced: boolean
  news: string
}

const byPlatform = query<{ platform: Platform }>()((db, $) =>
  db.select().from(appReleases).where(eq(appReleases.platform, $.platform)).prepare(),
)

/** What there is for an app of some version; its own version where nothing newer is known. */
export async function newestRelease(app: App, platform: Platform, version: string | undefined): Promise<Release> {
  const [release] = await byPlatform(app.db.read, { platform })
  const { forcedVersion } = app.config
  return {
    version: release?.version ?? forcedVersion ?? version ?? "",
    url: release?.url ?? "",
    isForced: forcedVersion !== undefined && version !== undefined && isOlder(version, forcedVersion),
    news: release?.news ?? "",
  }
}
