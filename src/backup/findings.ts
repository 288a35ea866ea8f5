import { existsSync } from "node:fs"
import { join } from "node:path"
import { outstanding } from "../db/migrate.ts"
import { migrations } from "../db/migrations/list.ts"
import { atOneMoment, type Moment } from "../db/moment.ts"
import { balancesOf, sumsToZero } from "../ledger_audit/balances.ts"

/** What does not keep a copy from being one, but should be known. */
export interface Findings {
  /** Currencies that do not sum to zero over all accounts: the quick sum of the audit. */
  unbalanced: number
  /** Pictures that the database names and that are not there. */
  missing: number
}

/** Looks at a copy; null where it is of an older version than this program. @throws when it is of a newer one */
export async function findingsOf(dataDir: string, applied: string[]): Promise<Findings | null> {
  if (outstanding(applied, migrations.sqlite).length > 0) return null
  return atOneMoment({ dataDir, databaseUrl: undefined }, async (moment) => ({
    unbalanced: sumsToZero(await balancesOf(moment)).differences,
    missing: await missingPictures(dataDir, moment),
  }))
}

async function missingPictures(dataDir: string, moment: Moment): Promise<number> {
  const rows = await moment.rows("select distinct content from files where content <> '' and removed_at is null")
  const names = rows.map(({ content }) => String(content))
  return names.filter((name) => !existsSync(join(dataDir, "files/kept", name.slice(0, 2), name))).length
}
