import { existsSync } from "node:fs"
import { mkdir, rm, stat } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import packageJson from "../../package.json" with { type: "json" }
import type { App } from "../app.ts"
import { copyDatabase } from "../db/copy.ts"
import { lockFolder } from "../db/lease.ts"
import { proveSound } from "../db/soundness.ts"
import { databaseFile } from "../db/sqlite.ts"
import { findKeys, keyFingerprint } from "../keys.ts"
import { settle } from "../storage/disk.ts"
import { type Manifest, manifestFile } from "./contents.ts"
import { findingsOf } from "./findings.ts"
import { assertRoom } from "./room.ts"
import { openSealing } from "./sealing.ts"
import { dropFolder, heldIn, holdTree, type Staged, stageFolder, type Tree } from "./stage.ts"
import { unseal } from "./unsealing.ts"

export const backupLockFile = "backup.lock"

/** How far the database's log may grow while it is copied, in bytes. */
const logGrowthMax = 4 * 1024 * 1024 * 1024

export type Ground = Pick<App, "config" | "now">

export interface Backup {
  manifest: Manifest
  /** Its length. */
  bytes: number
}

/**
 * Runs something while nobody else backs up or restores this folder.
 *
 * @throws when somebody does
 */
export async function alone<T>(dataDir: string, work: () => Promise<T>): Promise<T> {
  const lock = await lockFolder(dataDir, backupLockFile, `Another backup or restore of ${dataDir} is under way.`)
  try {
    return await work()
  } finally {
    await lock.release()
  }
}

/**
 * Backs the data folder up into a file, beside a running server if there is one. Under its own name the file is there once it
 * was read again and proven. To be called {@link alone}.
 *
 * @throws when the database is damaged, the file is there already, or a disk has no room
 */
export async function backUp({ config, now }: Ground, to: string, withRecordings: boolean): Promise<Backup> {
  const { dataDir } = config
  if (existsSync(to)) throw new Error(`${to} is there already.`)
  const stage = join(dataDir, stageFolder)
  const trees: Tree[] = withRecordings ? ["pictures", "recordings"] : ["pictures"]
  try {
    await dropFolder(stage)
    await mkdir(stage, { mode: 0o700 })
    const database = join(stage, databaseFile)
    const madeAt = await copyAll({ config, now }, stage, trees)
    const contents = proveSound(database)
    const [pictures, recordings] = [await heldIn("pictures", stage), await heldIn("recordings", stage)]
    const manifest: Manifest = {
      format: 1,
      program: packageJson.version,
      madeAt: new Date(madeAt).toISOString(),
      keyFingerprint: fingerprintOf(config),
      database: { bytes: (await stat(database)).size, ...contents },
      pictures: sumOf(pictures),
      recordings: withRecordings ? sumOf(recordings) : null,
      findings: await findingsOf(stage, contents.migrations),
    }
    const files = [{ path: databaseFile, bytes: manifest.database.bytes }, ...pictures, ...recordings]
    return { manifest, bytes: await write(to, { manifest, files, stage, madeAt }) }
  } finally {
    await dropFolder(stage)
  }
}

/**
 * Files are held before the moment of the database and after it: one that the database names was there at that moment, and
 * may have come shortly before it or be gone shortly after.
 */
async function copyAll({ config: { dataDir }, now }: Ground, stage: string, trees: Tree[]): Promise<number> {
  const hold = () => Promise.all(trees.map((tree) => holdTree(tree, dataDir, stage)))
  const from = join(dataDir, databaseFile)
  const spare = await assertRoom(dataDir, (await stat(from)).size)
  await hold()
  let madeAt = 0
  await copyDatabase({
    from,
    to: join(stage, databaseFile),
    logGrowthMax: Math.min(logGrowthMax, spare),
    onMoment() {
      madeAt = now()
      return hold()
    },
  })
  return madeAt
}

interface Draft {
  manifest: Manifest
  files: Staged[]
  stage: string
  madeAt: number
}

/** @returns the length in bytes */
async function write(to: string, { manifest, files, stage, madeAt }: Draft): Promise<number> {
  const draft = join(dirname(to), `.${basename(to)}.new`)
  await assertRoom(dirname(to), sumOf(files).bytes)
  try {
    const bytes = await fill(draft, { manifest, files, stage, madeAt })
    await unseal(Bun.file(draft).stream())
    await settle(draft, to)
    return bytes
  } finally {
    await rm(draft, { force: true })
  }
}

async function fill(draft: string, { manifest, files, stage, madeAt }: Draft): Promise<number> {
  await using sealing = await openSealing(draft, madeAt)
  await sealing.addText(manifestFile, `${JSON.stringify(manifest, undefined, 2)}\n`)
  for (const file of files) await sealing.addFile(file, join(stage, file.path))
  return await sealing.end()
}

function fingerprintOf(config: App["config"]): string | null {
  const keys = findKeys(config)
  return keys ? keyFingerprint(keys) : null
}

const sumOf = (files: Staged[]) => ({ count: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) })
