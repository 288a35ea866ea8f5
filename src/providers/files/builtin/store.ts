import { createHash } from "node:crypto"
import { mkdir, open, readdir, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { settle } from "../../../storage/disk.ts"

/** Written and hashed at once, so that the loop gets its turns. */
const stretch = 1024 * 1024

const named = /^[0-9a-f]{64}$/

/** Files by the SHA-256 of what is in them: what two people upload is kept once. */
export interface Store {
  /**
   * Keeps bytes for good, and then lets somebody refer to them: until that is done nobody removes them.
   *
   * @returns what `refer` returns
   */
  keep<T>(bytes: Uint8Array, refer: (content: string) => Promise<T>): Promise<T>
  pathOf(content: string): string
  /** Removes bytes unless somebody refers to them, asked when nobody can begin to. */
  remove(content: string, isWanted: () => Promise<boolean>): Promise<void>
  /** Everything that is kept, in parts. */
  contents(): AsyncIterable<string[]>
}

/** @param draft gives a path where something may be written that is removed at the next start if it is left there */
export function createStore(dir: string, draft: () => string): Store {
  const held = new Map<string, Promise<unknown>>()
  const pathOf = (content: string) => join(dir, content.slice(0, 2), content)

  /** Whoever keeps, refers to and removes the same bytes takes turns. */
  async function hold<T>(content: string, work: () => Promise<T>): Promise<T> {
    const turn = (held.get(content) ?? Promise.resolve()).then(work, work)
    held.set(content, turn)
    try {
      return await turn
    } finally {
      if (held.get(content) === turn) held.delete(content)
    }
  }

  return {
    pathOf,
    async keep(bytes, refer) {
      const path = draft()
      try {
        const content = await writeHashed(path, bytes)
        return await hold(content, async () => {
          if (!(await Bun.file(pathOf(content)).exists())) await moveIn(path, pathOf(content))
          return refer(content)
        })
      } finally {
        await rm(path, { force: true })
      }
    },
    remove: (content, isWanted) =>
      hold(content, async () => {
        if (named.test(content) && !(await isWanted())) await rm(pathOf(content), { force: true })
      }),
    async *contents() {
      for (const shelf of await names(dir)) {
        const some = await names(join(dir, shelf))
        yield some.filter((name) => named.test(name))
      }
    },
  }
}

async function writeHashed(path: string, bytes: Uint8Array): Promise<string> {
  await using file = await open(path, "wx", 0o600)
  const hash = createHash("sha256")
  for (let at = 0; at < bytes.length; at += stretch) {
    const some = bytes.subarray(at, at + stretch)
    hash.update(some)
    await file.appendFile(some)
  }
  await file.sync()
  return hash.digest("hex")
}

async function moveIn(draft: string, path: string): Promise<void> {
  const shelf = dirname(path)
  const made = await mkdir(shelf, { recursive: true, mode: 0o700 })
  await settle(draft, path)
  if (made === undefined) return
  await using folder = await open(dirname(made))
  await folder.sync()
}

const names = (dir: string) =>
  readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return []
    throw error
  })
