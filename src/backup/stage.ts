import { constants } from "node:fs"
import { copyFile, link, mkdir, readdir, rm, stat, truncate } from "node:fs/promises"
import { join } from "node:path"
import { databaseFile } from "../db/sqlite.ts"
import { isPicture, isRecording } from "./contents.ts"

/** Where a backup is put together, inside the data folder: files can have a second name only on their own disk. */
export const stageFolder = "backup.new"
/** Where one is made that goes on into a bucket. */
export const parcelFolder = "backup.out"

/** Let go of at once, in bytes, and the pause after it, in milliseconds: freeing gigabytes would hold up whoever syncs. */
const shrinkStep = 32 * 1024 * 1024
const shrinkPause = 20

/** Removes a folder in which a backup was made, its large files bit by bit. */
export async function dropFolder(dir: string): Promise<void> {
  for (const name of await names(dir)) {
    if (name === databaseFile || name.startsWith("mili-")) await shrink(join(dir, name))
  }
  await rm(dir, { recursive: true, force: true })
}

/** Only of files that have no second name. */
async function shrink(path: string): Promise<void> {
  const { size, nlink } = await stat(path)
  for (let left = size - shrinkStep; left > 0 && nlink === 1; left -= shrinkStep) {
    await truncate(path, left)
    await Bun.sleep(shrinkPause)
  }
}

/** Where files are that a backup may hold: the folders of a kind, and the files in each. */
const trees = { pictures: { root: "files/kept", is: isPicture }, recordings: { root: "recordings", is: isRecording } }

export type Tree = keyof typeof trees

export interface Staged {
  path: string
  bytes: number
}

/**
 * Gives every file of a tree a second name in another folder, under which it stays whatever happens to the first. It may be
 * run again, for what came since; what vanishes meanwhile is left out.
 */
export async function holdTree(tree: Tree, dataDir: string, stage: string): Promise<void> {
  for await (const { folder, paths } of foldersOf(tree, dataDir)) {
    if (paths.length > 0) await mkdir(join(stage, folder), { recursive: true, mode: 0o700 })
    for (const path of paths) await hold(join(dataDir, path), join(stage, path))
  }
}

/** What is held of a tree, in no order. */
export async function heldIn(tree: Tree, stage: string): Promise<Staged[]> {
  const held: Staged[] = []
  for await (const { paths } of foldersOf(tree, stage)) {
    for (const path of paths) held.push({ path, bytes: (await stat(join(stage, path))).size })
  }
  return held
}

async function* foldersOf(tree: Tree, dir: string) {
  const { root, is } = trees[tree]
  for (const name of await names(join(dir, root))) {
    const folder = `${root}/${name}`
    const paths = (await names(join(dir, folder))).map((file) => `${folder}/${file}`)
    yield { folder, paths: paths.filter(is) }
  }
}

async function hold(path: string, held: string): Promise<void> {
  try {
    await link(path, held)
  } catch (error) {
    if (isOneOf(error, "EEXIST", "ENOENT")) return
    if (!isOneOf(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK", "ENOSYS")) throw error
    await copyFile(path, held, constants.COPYFILE_EXCL).catch((failed) => {
      if (!isOneOf(failed, "EEXIST", "ENOENT")) throw failed
    })
  }
}

async function names(dir: string): Promise<string[]> {
  try {
    return await readdir(dir)
  } catch (error) {
    if (isOneOf(error, "ENOENT", "ENOTDIR")) return []
    throw error
  }
}

const isOneOf = (error: unknown, ...codes: string[]) => codes.includes(String((error as NodeJS.ErrnoException).code))
