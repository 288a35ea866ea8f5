import { asc, eq } from "drizzle-orm"
import { isOlder } from "../accounts/version.ts"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { type Db, query } from "../db/query.ts"
import { write } from "../db/write.ts"
import type { Platform } from "../payments/tables.ts"
import { refuse } from "../refusal.ts"
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

type Known = typeof appReleases.$inferSelect

/** What is known of each platform. */
export const releases = (db: Db): Promise<Known[]> => db.select().from(appReleases).orderBy(asc(appReleases.platform))

/** Makes known the newest app of a platform, in the place of any before. */
export function announceRelease(app: App, actor: string, { platform, ...release }: Omit<Known, "id">): Promise<void> {
  return write(app, async (tx) => {
    await tx
      .insert(appReleases)
      .values({ platform, ...release })
      .onConflictDoUpdate({ target: appReleases.platform, set: release })
      .returning({ id: appReleases.id })
    await audit(app, tx, { actor, act: "release.announce", target: `release of ${platform}`, detail: release })
  })
}

/** Tells apps of a platform of nothing newer any more. @throws {Refusal} `payment.unknown_pack` when nothing is known */
export function withdrawRelease(app: App, actor: string, platform: Platform): Promise<void> {
  return write(app, async (tx) => {
    const [gone] = await tx.delete(appReleases).where(eq(appReleases.platform, platform)).returning()
    if (!gone) refuse("payment.unknown_pack", { message: "No release of that platform is known." })
    const detail = { version: gone.version }
    await audit(app, tx, { actor, act: "release.withdraw", target: `release of ${platform}`, detail })
  })
}
