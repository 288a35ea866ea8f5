import { existsSync } from "node:fs"
import { constants, setPriority } from "node:os"
import { join, resolve } from "node:path"
import type { App } from "../app.ts"
import { databaseFile } from "../db/sqlite.ts"
import { alone, type Backup, backUp, type Ground } from "./backup.ts"
import { backUpAndThin } from "./place.ts"
import { readRecord, writeRecord } from "./record.ts"

/** Exit code for what this program does not back up or restore. */
export const notOurs = 2

/**
 * Runs `mili backup [FILE] [--recordings]`, beside a running server if there is one, whose work goes first. Without a file the
 * backup goes where BACKUP_TO says, and what came of it is written down.
 *
 * @returns the exit code: 0 when there is a backup, 2 when Postgres is to be backed up
 * @throws with a sentence for the operator when there is none
 */
export async function runBackup(ground: Ground, args: string[], print: (text: string) => void): Promise<number> {
  const { files, withRecordings } = read(args)
  if (ground.config.databaseUrl !== undefined) {
    print(postgresWords(ground.config))
    return notOurs
  }
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const begun = performance.now()
  const [file] = files
  const { dataDir } = ground.config
  if (!existsSync(join(dataDir, databaseFile))) throw new Error(`There is no database in DATA_DIR ${dataDir}.`)
  const backup = await alone(dataDir, async () =>
    file === undefined
      ? backUpNightly(ground)
      : { name: file, deleted: [], ...(await backUp(ground, resolve(file), withRecordings)) },
  )
  print(report(backup, (performance.now() - begun) / 1_000))
  return 0
}

function read(args: string[]) {
  const files = args.filter((one) => !one.startsWith("--"))
  const strange = args.find((one) => one.startsWith("--") && one !== "--recordings") ?? files[1]
  if (strange !== undefined) throw new Error(`"${strange}" is not understood: mili backup [FILE] [--recordings].`)
  const withRecordings = args.includes("--recordings")
  if (withRecordings && files.length === 0)
    throw new Error("Without a FILE, BACKUP_RECORDINGS says whether recordings go too.")
  return { files, withRecordings }
}

async function backUpNightly(ground: Ground) {
  const { dataDir } = ground.config
  const at = ground.now()
  const begun = performance.now()
  try {
    const backup = await backUpAndThin(ground)
    const seconds = (performance.now() - begun) / 1_000
    await writeRecord(dataDir, { success: { at, seconds, bytes: backup.bytes, name: backup.name } })
    return backup
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const { success } = readRecord(dataDir)
    await writeRecord(dataDir, { ...(success && { success }), failure: { at, why } }).catch(() => {})
    throw error
  }
}

function report({ manifest, bytes, name, deleted }: Backup & { name: string; deleted: string[] }, seconds: number) {
  const { database, pictures, recordings, findings, madeAt } = manifest
  const rows = Object.values(database.rows).reduce((sum, count) => sum + count, 0)
  return [
    `${name}: ${bytes} bytes, of ${madeAt}, proven after ${seconds.toFixed(1)} s.`,
    `  database   ${rows} rows, ${database.bytes} bytes, sound`,
    `  pictures   ${pictures.count}, ${pictures.bytes} bytes`,
    `  recordings ${recordings ? `${recordings.count} files, ${recordings.bytes} bytes` : "none; --recordings takes them along"}`,
    ...(findings?.missing ? [`  NOTE ${findings.missing} pictures that the database names were not there.`] : []),
    ...(findings?.unbalanced ? ["  WRONG The ledger does not sum to zero; run mili audit."] : []),
    ...deleted.map((one) => `  deleted ${one}, beyond BACKUP_KEEP`),
    "The data key is not in it, and never is: keep a copy of data.key, or of DATA_KEY, apart from it.",
    "",
  ].join("\n")
}

/** What to do where the database is Postgres. */
export const postgresWords = ({ dataDir }: Pick<App["config"], "dataDir">) =>
  `The database is Postgres, which is backed up by its own tools:
  pg_dump --format=custom --file=mili.dump "$DATABASE_URL"
  pg_restore --clean --if-exists --dbname="$DATABASE_URL" mili.dump
Dump first; then save from DATA_DIR ${resolve(dataDir)}: files (people's pictures), recordings if they are wanted and, apart
from all that, data.key.
`
