import { constants } from "node:fs"
import { copyFile, link, mkdir, readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { isPicture, isRecording } from "./contents.ts"

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
