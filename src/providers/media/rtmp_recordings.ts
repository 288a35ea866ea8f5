import { realpath, stat, unlink } from "node:fs/promises"
import { join, relative, sep } from "node:path"
import type { Recording } from "./index.ts"
import { secondsOf } from "./rtmp_duration.ts"

/** The folder that an RTMP server records to. A recording's key is its path in there. */
export interface Recordings {
  /**
   * @param path as the server calls the file
   * @param seconds how long it plays, where the server told; otherwise the file is asked
   * @returns undefined for a path that is no file in the folder, links followed, and for a recording without any frame
   */
  find(path: string, seconds?: number): Promise<Recording | undefined>
  /** A file that is gone is fine. @throws when the folder is not there, or the key leads out of it */
  remove(key: string): Promise<void>
  /** @throws when the folder is not there */
  check(): Promise<void>
}

export function recordingsIn(folder: string): Recordings {
  const isIn = (root: string, path: string) => path === root || path.startsWith(root + sep)
  return {
    async find(path, told) {
      const root = await realpath(folder)
      const file = await realpath(path).catch(() => undefined)
      if (file === undefined || !isIn(root, file)) return undefined
      const found = await stat(file)
      const seconds = found.isFile() ? (told ?? (await secondsOf(file))) : undefined
      if (seconds === undefined) return undefined
      return { key: relative(root, file).replaceAll(sep, "/"), seconds: Math.round(seconds), bytes: found.size }
    },
    async remove(key) {
      const root = await realpath(folder)
      const parts = key.split("/")
      const name = parts.pop() ?? ""
      if ([...parts, name].some((part) => /^\.{0,2}$|[\\\0]/.test(part)))
        throw new Error("The recording's key is no path.")
      try {
        const parent = await realpath(join(root, ...parts))
        if (!isIn(root, parent)) throw new Error("The recording's key leads out of RTMP_RECORDINGS_DIR.")
        await unlink(join(parent, name))
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    },
    async check() {
      const found = await stat(folder).catch(() => undefined)
      if (!found?.isDirectory()) throw new Error("RTMP_RECORDINGS_DIR names no folder.")
    },
  }
}

const isMissing = (error: unknown) => error instanceof Error && "code" in error && error.code === "ENOENT"
