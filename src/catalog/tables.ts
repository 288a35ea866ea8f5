import { bool, id, int, table, text, uniqueIndex } from "../db/kit.ts"
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

/** What the operator has to say to everybody; the newest that is on is the one in force. */
export const notices = table("notices", {
  id: id(),
  text: text().notNull(),
  isOn: bool().notNull().default(true),
  createdAt: int().notNull(),
})
