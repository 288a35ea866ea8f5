import { join } from "node:path"

/** Another process that holds SQLite's write lock until released. */
export interface Lock extends AsyncDisposable {
  release(): Promise<void>
}

const program = `
  import { Database } from "bun:sqlite"
  const file = new Database(process.argv[1])
  file.run("BEGIN IMMEDIATE")
  process.stdout.write("held")
  if (process.argv[2] > 0) await Bun.sleep(Number(process.argv[2]))
  else for await (const _ of process.stdin) break
  file.run("ROLLBACK")
`

/**
 * Takes the write lock of a data folder's database in a process of its own, and returns once it is held; with a time the
 * process lets go by itself, for whoever blocks the loop meanwhile.
 */
export async function holdLock(dataDir: string, { milliseconds = 0 } = {}): Promise<Lock> {
  const child = Bun.spawn([process.execPath, "-e", program, join(dataDir, "mili.db"), String(milliseconds)], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  })
  await child.stdout.getReader().read()
  const release = async () => {
    await child.stdin.end()
    await child.exited
  }
  return { release, [Symbol.asyncDispose]: release }
}
