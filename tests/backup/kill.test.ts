import { expect, setDefaultTimeout, test } from "bun:test"
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { engine } from "../../src/db/kit.ts"
import { homeOfItsOwn } from "../crash/inspection.ts"
import { runProgram } from "../support/process.ts"
import { backsUp, ownFolder, restores } from "./house.ts"

setDefaultTimeout(180_000)

const main = join(import.meta.dir, "../../src/main.ts")

const files = (dir: string) => readdirSync(dir).filter((name) => !name.startsWith("."))

/** Starts a backup and kills it as soon as something is there. */
async function killedWhen(env: Record<string, string>, args: string[], isThere: () => boolean): Promise<void> {
  const child = Bun.spawn([process.execPath, main, "backup", ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdout: "ignore",
    stderr: "ignore",
  })
  while (!isThere() && child.exitCode === null) await Bun.sleep(0)
  child.kill("SIGKILL")
  await child.exited
}

test.if(engine === "sqlite")(
  "a backup killed in the middle leaves nothing that looks like one, and the next clears up",
  async () => {
    await using home = await homeOfItsOwn()
    using folder = ownFolder()
    const shelf = join(home.dataDir, "files/kept/ab")
    mkdirSync(shelf, { recursive: true })
    for (let n = 0; n < 20; n++) {
      writeFileSync(join(shelf, `ab${n.toString().padStart(62, "0")}`), Buffer.alloc(4_000_000, n))
    }
    const stages = [
      () => existsSync(join(home.dataDir, "backup.new")),
      () => existsSync(join(home.dataDir, "backup.new/mili.db")),
      () => readdirSync(folder.path).length > 0,
      () => readdirSync(folder.path).some((name) => Bun.file(folder.at(name)).size > 40_000_000),
    ]
    const env = { ...home.env, BACKUP_TO: folder.path }
    for (const stage of stages) {
      await killedWhen(env, [], stage)
      // It was killed before the end, or it had come to it; nothing is in between.
      for (const name of files(folder.path))
        expect(await restores(folder.at(name), folder.at(".try"), "--dry-run")).toMatchObject({ code: 0 })
    }
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".new"))).not.toEqual([])

    await backsUp(env)
    expect(readdirSync(folder.path).filter((name) => name.endsWith(".new"))).toEqual([])
    expect(readdirSync(home.dataDir)).not.toContain("backup.new")
    const [newest = ""] = files(folder.path).sort().reverse()
    expect(await restores(folder.at(newest), folder.at(".copy"))).toMatchObject({ code: 0 })
    expect(await runProgram(["audit"], { DATA_DIR: folder.at(".copy") })).toMatchObject({ code: 0 })
  },
)
