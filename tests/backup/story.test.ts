import { Database } from "bun:sqlite"
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { engine } from "../../src/db/kit.ts"
import { GiftStorm } from "../crash/gift_storm.ts"
import { homeOfItsOwn } from "../crash/inspection.ts"
import { runProgram, startProgram } from "../support/process.ts"
import { backsUp, ownFolder, restores } from "./house.ts"

setDefaultTimeout(180_000)

const giftsIn = (dataDir: string): Set<string> => {
  using file = new Database(join(dataDir, "mili.db"), { readonly: true })
  const rows = file.query<{ request_id: string }, []>("SELECT request_id FROM replays").all()
  return new Set(rows.map(({ request_id }) => request_id))
}

describe.if(engine === "sqlite")("a backup in an evening of gifts", () => {
  test("holds every gift acknowledged before, and its copy proves itself and goes on", async () => {
    await using home = await homeOfItsOwn()
    using folder = ownFolder()
    const env = { ...home.env, HOST_GRACE: "600" }
    const file = folder.at("evening.tar")
    const acknowledged: string[] = []
    let room = 0
    {
      await using program = await startProgram(env)
      const storm = await GiftStorm.gather(env)
      await storm.openRoom(program.url)
      room = storm.roomId
      const raging = storm.rage(program.url)
      await storm.further(100)
      acknowledged.push(...storm.acknowledged)
      const printed = await backsUp(env, file)
      expect(printed).toContain("sound")
      expect(printed).toContain("The data key is not in it")
      await storm.further(20)
      storm.calm()
      await raging
      expect(storm.acknowledged.size).toBeGreaterThan(acknowledged.length)
    }

    const restored = folder.at("restored")
    const rehearsal = await restores(file, restored, "--dry-run")
    expect(rehearsal).toMatchObject({ code: 0, printed: expect.stringContaining("would be restored") })
    expect(existsSync(restored)).toBe(false)

    const outcome = await restores(file, restored)
    expect(outcome).toMatchObject({ code: 0, printed: expect.stringContaining("There is no data key") })
    expect(readdirSync(restored).sort()).toEqual(["backup.lock", "mili.db", "serve.lock"])
    const there = giftsIn(restored)
    expect(acknowledged.filter((number) => !there.has(number))).toEqual([])
    expect(await runProgram(["audit"], { DATA_DIR: restored })).toMatchObject({ code: 0 })

    await using again = await startProgram({ ...env, DATA_DIR: restored })
    const answer = await fetch(`${again.url}/room_info?rid=${room}`)
    expect(await answer.json()).toMatchObject({ ErrCode: 0 })
  })

  test("takes pictures, and recordings when it is asked to, and nothing else", async () => {
    await using home = await homeOfItsOwn()
    using folder = ownFolder()
    const picture = `files/kept/ab/ab${"0".repeat(62)}`
    const put = (path: string, text: string) => {
      mkdirSync(join(home.dataDir, path, ".."), { recursive: true })
      writeFileSync(join(home.dataDir, path), text)
    }
    put(picture, "a face")
    put("files/pending/0123-piece", "half a face")
    put("recordings/7/seg-1.m4s", "a song")
    put("recordings/7/journal", "")
    put("recordings/7/seg-2.m4s.new", "half a song")
    put("recordings/8.removed/seg-1.m4s", "a song nobody wants")
    put("data.key", `${"ab".repeat(32)}\n`)

    await backsUp(home.env, folder.at("without.tar"))
    expect(namesIn(folder.at("without.tar"))).toEqual(["mili-backup.json", "mili.db", picture, "SHA256SUMS", "SEAL"])

    await backsUp(home.env, folder.at("with.tar"), "--recordings")
    const copy = folder.at("copy")
    mkdirSync(copy)
    writeFileSync(join(copy, "data.key"), `${"ab".repeat(32)}\n`)
    expect(await restores(folder.at("with.tar"), copy)).toMatchObject({
      code: 0,
      printed: expect.stringContaining("The data key that is there is the one"),
    })
    expect(readFileSync(join(copy, picture), "utf8")).toBe("a face")
    expect(readdirSync(join(copy, "recordings"))).toEqual(["7"])
    expect(readdirSync(join(copy, "recordings/7")).sort()).toEqual(["journal", "seg-1.m4s"])
    expect(readFileSync(join(copy, "recordings/7/seg-1.m4s"), "utf8")).toBe("a song")
  })

  test("any tar can open it, and its list of hashes is sha256sum's", async () => {
    await using home = await homeOfItsOwn()
    using folder = ownFolder()
    await backsUp(home.env, folder.at("a.tar"))
    mkdirSync(folder.at("open"))
    const opened = Bun.spawnSync(["sh", "-c", "tar xf ../a.tar && sha256sum -c SHA256SUMS"], { cwd: folder.at("open") })
    expect(opened.stdout.toString()).toContain("mili.db: OK")
    expect(opened.exitCode).toBe(0)
  })

  test("a restore touches no data without being forced, and none under a running server", async () => {
    await using home = await homeOfItsOwn()
    using folder = ownFolder()
    const file = folder.at("a.tar")
    await backsUp(home.env, file)
    expect(await runProgram(["backup", file], home.env)).toMatchObject({
      code: 1,
      errors: expect.stringContaining("is there already"),
    })
    writeFileSync(join(home.dataDir, "data.key"), `${"cd".repeat(32)}\n`)
    const before = readFileSync(join(home.dataDir, "mili.db"))
    expect(await restores(file, home.dataDir)).toMatchObject({ code: 1, errors: expect.stringContaining("--force") })
    expect(await restores(file, home.dataDir, "--dry-run")).toMatchObject({ code: 1 })
    {
      await using program = await startProgram(home.env)
      for (const flags of [["--force"], ["--force", "--dry-run"]]) {
        const refused = await restores(file, home.dataDir, ...flags)
        expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining("A server is running") })
      }
      program.kill("SIGTERM")
      expect(await program.exited).toBe(0)
    }
    const forced = await restores(file, home.dataDir, "--force")
    expect(forced.code).toBe(0)
    expect(forced.printed).toContain("What was there is in")
    expect(forced.printed).toContain("The data key that is there is another one")
    const [aside = ""] = readdirSync(home.dataDir).filter((name) => name.startsWith("before-restore-"))
    expect(readFileSync(join(home.dataDir, aside, "mili.db"))).toHaveLength(before.length)
    expect(readFileSync(join(home.dataDir, "data.key"), "utf8")).toBe(`${"cd".repeat(32)}\n`)
    expect(await runProgram(["audit"], home.env)).toMatchObject({ code: 0 })
  })
})

test.if(engine === "postgres")("Postgres is backed up by its own tools, and the program says how", async () => {
  await using home = await homeOfItsOwn()
  for (const args of [
    ["backup", "x.tar"],
    ["restore", "x.tar"],
  ]) {
    const { code, printed } = await runProgram(args, home.env)
    expect(code).toBe(2)
    for (const word of ["pg_dump", "pg_restore", "files", "recordings", "data.key"]) expect(printed).toContain(word)
  }
  expect(await runProgram(["serve"], { ...home.env, BACKUP_TO: "/tmp" })).toMatchObject({
    code: 1,
    errors: expect.stringContaining("pg_dump"),
  })
})

const namesIn = (file: string) => Bun.spawnSync(["tar", "tf", file]).stdout.toString().trim().split("\n")
