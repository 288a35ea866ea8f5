import { existsSync } from "node:fs"
import { mkdir, open, readdir, rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { lockFolder, serverLockFile } from "../db/lease.ts"
import { outstanding } from "../db/migrate.ts"
import { migrations } from "../db/migrations/list.ts"
import { proveSound } from "../db/soundness.ts"
import { databaseFile } from "../db/sqlite.ts"
import { keyFile } from "../keys.ts"
import { alone, backupLockFile } from "./backup.ts"
import type { Manifest } from "./contents.ts"
import { assertRoom } from "./room.ts"
import type { TarEntry } from "./tar.ts"
import { type Taker, unseal } from "./unsealing.ts"

/** Where the files are put at first, inside the data folder. */
const draftFolder = "restore.new"
/** Where a forced restore puts what was there. */
const asidePrefix = "before-restore-"

export interface Restored {
  manifest: Manifest
  /** Where it put what was there before; undefined when nothing was. */
  aside: string | undefined
}

/** What of a data folder a restore leaves where it is: the key is the operator's, and locks are nobody's data. */
const stays = (name: string) =>
  [keyFile, draftFolder].includes(name) ||
  name.startsWith(asidePrefix) ||
  [serverLockFile, backupLockFile].some((lock) => name.startsWith(lock))

/** What stands in the way of a restore; nothing in a folder that is empty, or not there. */
export async function dataIn(dataDir: string): Promise<string[]> {
  if (!existsSync(dataDir)) return []
  return (await readdir(dataDir)).filter((name) => !stays(name)).sort()
}

/** @throws when a server runs on the folder; a folder without a lock is left as it is */
export async function assertNoServer(dataDir: string): Promise<void> {
  if (!existsSync(join(dataDir, serverLockFile))) return
  const lock = await lockFolder(dataDir, serverLockFile, serverRuns(dataDir))
  await lock.release()
}

const serverRuns = (dataDir: string) => `A server is running on ${dataDir}; stop it first.`

/** @throws {Unusable} when the database is newer than this program */
export function assertKnown({ database }: Manifest): void {
  outstanding(database.migrations, migrations.sqlite)
}

/**
 * Puts a backup into a data folder. Nothing of what is there is touched before all of the backup is proven.
 *
 * @param force moves what is there into a folder of its own, beside the data
 * @throws {Unusable} for a file that is no whole backup; when a server runs, or there is data and no force
 */
export async function restore(
  chunks: AsyncIterable<Uint8Array>,
  dataDir: string,
  { force, now }: { force: boolean; now: number },
): Promise<Restored> {
  const server = await lockFolder(dataDir, serverLockFile, serverRuns(dataDir))
  try {
    return await alone(dataDir, async () => {
      const there = await dataIn(dataDir)
      if (there.length > 0 && !force) throw new Error(inTheWay(dataDir, there))
      const draft = join(dataDir, draftFolder)
      try {
        await rm(draft, { recursive: true, force: true })
        const manifest = await unseal(chunks, intoFolder(draft))
        proveSound(join(draft, databaseFile))
        const aside = there.length > 0 ? join(dataDir, `${asidePrefix}${now}`) : undefined
        if (aside) await moveAll(dataDir, there, aside)
        await moveIn(draft, dataDir)
        return { manifest, aside }
      } finally {
        await rm(draft, { recursive: true, force: true })
      }
    })
  } finally {
    await server.release()
  }
}

export const inTheWay = (dataDir: string, there: string[]) =>
  `${dataDir} is not empty: it has ${there.slice(0, 5).join(", ")}. --force keeps that aside, in a folder of its own.`

function intoFolder(draft: string): Taker {
  return {
    async begin(manifest) {
      assertKnown(manifest)
      const { database, pictures, recordings } = manifest
      await mkdir(draft, { mode: 0o700 })
      await assertRoom(draft, database.bytes + pictures.bytes + (recordings?.bytes ?? 0))
    },
    async file({ path }: TarEntry) {
      const to = join(draft, path)
      await mkdir(dirname(to), { recursive: true, mode: 0o700 })
      const file = await open(to, "wx", 0o600)
      return {
        write: (bytes) => file.appendFile(bytes),
        async [Symbol.asyncDispose]() {
          await file.sync()
          await file.close()
        },
      }
    },
  }
}

async function moveAll(dataDir: string, names: string[], to: string): Promise<void> {
  await mkdir(to, { mode: 0o700 })
  for (const name of names) await rename(join(dataDir, name), join(to, name))
  await syncFolder(dataDir)
}

/** The database last: before it is there, nothing can be taken for a whole folder. */
async function moveIn(draft: string, dataDir: string): Promise<void> {
  const names = await readdir(draft)
  const inOrder = [...names.filter((name) => name !== databaseFile), databaseFile]
  for (const name of inOrder) await rename(join(draft, name), join(dataDir, name))
  await syncFolder(dataDir)
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return
  await using folder = await open(path)
  await folder.sync()
}
