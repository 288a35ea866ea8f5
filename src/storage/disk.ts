import { open, rename, rm, statfs } from "node:fs/promises"
import { dirname } from "node:path"

/** What is under way has this at the end of its name, and is worth nothing after a crash. */
export const draftSuffix = ".new"

/** Writes that are there after a crash, or never were. All of it throws what the file system does. */
export interface Disk {
  /** Writes a whole file: under another name first. */
  write(path: string, content: Uint8Array | string): Promise<void>
  /** Adds to a file's end; after a crash a part of it may be there. */
  append(path: string, text: string): Promise<void>
  /** Bytes that may still be written where a folder is. */
  free(folder: string): Promise<number>
}

export const realDisk: Disk = {
  async write(path, content) {
    const draft = `${path}${draftSuffix}`
    try {
      await fill(draft, content)
      await settle(draft, path)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
  },
  async append(path, text) {
    await using file = await open(path, "a")
    await file.appendFile(text)
    await file.datasync()
  },
  async free(folder) {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  },
}

async function fill(path: string, content: Uint8Array | string): Promise<void> {
  await using file = await open(path, "w")
  await file.writeFile(content)
  await file.sync()
}

/** Gives a file that is written its name, for good. */
export async function settle(draft: string, path: string): Promise<void> {
  await rename(draft, path)
  await using folder = await open(dirname(path))
  await folder.sync()
}
