import { id, table, text, uniqueIndex } from "../db/kit.ts"
import type { Platform } from "../payments/tables.ts"

/** The newest app of each platform; without a row nothing newer is known. */
export const appReleases = table(
  "app_releases",
  {
    id: id(),
    platform: text().$type<Platform>().notNull(),
    version: text().notNull(),
    /** Where it is to be had. */
    url: text().notNull(),
    /** What is new, as people read it. */
    news: text().notNull().default(""),
  },
  (t) => [uniqueIndex("app_releases_platform").on(t.platform)],
)
