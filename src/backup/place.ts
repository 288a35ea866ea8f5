import { mkdir, readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import type { App } from "../app.ts"
import { type Backup, backUp, type Ground } from "./backup.ts"
import { bucketPlace, isBucket } from "./bucket.ts"

/** Where nightly backups are kept. */
export interface Place {
  /** Makes a backup there, under a name that nobody has. @throws unless it is there whole */
  keep(name: string, make: (path: string) => Promise<Backup>): Promise<Backup>
  /** The names of everything that is there. */
  list(): Promise<string[]>
  remove(name: string): Promise<void>
}

/** What a killed backup leaves in a folder. */
const draft = /^\.mili-\d{8}T\d{6}\.\d{3}Z\.tar\.new$/

/** The place that BACKUP_TO names. @throws when it names none */
export function placeOf(config: App["config"]): Place {
  const { backupTo } = config
  if (backupTo === undefined) throw new Error("Say where: mili backup FILE, or set BACKUP_TO.")
  return isBucket(backupTo) ? bucketPlace(config, backupTo) : folderPlace(backupTo)
}

function folderPlace(dir: string): Place {
  return {
    async keep(name, make) {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      const leftOver = (await readdir(dir)).filter((one) => draft.test(one))
      for (const one of leftOver) await rm(join(dir, one), { force: true })
      return make(join(dir, name))
    },
    list: () => readdir(dir),
    remove: (name) => rm(join(dir, name), { force: true }),
  }
}

/** What nightly backups are called, by the moment they were begun; nothing else in the place is touched. */
const named = /^mili-\d{8}T\d{6}\.\d{3}Z\.tar$/

const nameAt = (at: number) => `mili-${new Date(at).toISOString().replace(/[-:]/g, "")}.tar`

/**
 * Makes a backup in a place, and then deletes there what is beyond the newest. Before it is proven nothing is deleted, and it
 * never is itself, whatever a wrong clock once called another.
 *
 * @throws when there is none; then nothing was deleted
 */
export async function backUpAndThin(ground: Ground): Promise<Backup & { name: string; deleted: string[] }> {
  const { backupKeep, backupRecordings } = ground.config
  const place = placeOf(ground.config)
  const name = nameAt(ground.now())
  const backup = await place.keep(name, (path) => backUp(ground, path, backupRecordings))
  const others = (await place.list()).filter((one) => named.test(one) && one !== name)
  const deleted = others
    .sort()
    .reverse()
    .slice(backupKeep - 1)
  for (const one of deleted) await place.remove(one)
  return { ...backup, name, deleted }
}
