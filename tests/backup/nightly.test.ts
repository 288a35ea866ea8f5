import { Database } from "bun:sqlite"
import { describe, expect, setDefaultTimeout, test } from "bun:test"
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { nightlyBackup } from "../../src/backup/jobs.ts"
import { copyDatabase } from "../../src/db/copy.ts"
import { engine } from "../../src/db/kit.ts"
import { createMetrics } from "../../src/metrics.ts"
import { homeOfItsOwn } from "../crash/inspection.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { runProgram } from "../support/process.ts"
import { backsUp, ownFolder } from "./house.ts"

setDefaultTimeout(120_000)

const minute = 60_000
const day = 1_440 * minute
const job = "backup.nightly"

/** Moves the clock to so many milliseconds after five in the morning in Shanghai, which is eight hours ahead. */
function passUntilFive(app: TestApp, after: number): void {
  const sinceFive = (app.running.app.now() + 3 * 60 * minute) % day
  app.pass(day - sinceFive + after)
}

const metricsOf = async ({ url }: TestApp) => (await fetch(`${url}/metrics`)).text()
const gauge = (metrics: string, name: string) => Number(new RegExp(`^${name} (.+)$`, "m").exec(metrics)?.[1])
const told = ({ logged }: TestApp, words: string) => logged.filter((line) => line.includes(words))
const backupsIn = (dir: string) => readdirSync(dir).filter((name) => name.startsWith("mili-"))

describe.if(engine === "sqlite")("every night", () => {
  test("at the hour a backup is made, once, and told", async () => {
    using folder = ownFolder()
    await using app = await startApp({ BACKUP_TO: folder.path })
    const run = () => app.running.jobs.runNow(job)
    expect(gauge(await metricsOf(app), "mili_backup_overdue")).toBe(1)
    await run()
    expect(backupsIn(folder.path)).toHaveLength(1)
    await run()
    passUntilFive(app, -minute)
    const before = told(app, "backed up").length
    passUntilFive(app, minute)
    await run()
    await run()
    expect(told(app, "backed up").length - before).toBe(1)
    const metrics = await metricsOf(app)
    expect(gauge(metrics, "mili_backup_failed")).toBe(0)
    expect(gauge(metrics, "mili_backup_bytes")).toBeGreaterThan(100_000)
    app.pass(2 * day)
    expect(gauge(await metricsOf(app), "mili_backup_overdue")).toBe(1)
  })

  test("only the newest are kept, and nothing else is touched", async () => {
    await using home = await homeOfItsOwn()
    using folder = ownFolder()
    // One of a clock that was wrong, one of somebody else's, and a few old ones.
    const others = [
      "mili-29990101T000000.000Z.tar",
      "holiday.tar",
      "mili-20260101T050000.000Z.tar",
      "mili-20260102T050000.000Z.tar",
    ]
    for (const name of others) writeFileSync(folder.at(name), "")
    const env = { ...home.env, BACKUP_TO: folder.path, BACKUP_KEEP: "2" }
    expect(await backsUp(env)).toContain("deleted mili-20260101T050000.000Z.tar")
    const kept = readdirSync(folder.path).sort()
    expect(kept).toHaveLength(3)
    expect(kept).toEqual(expect.arrayContaining(["holiday.tar", "mili-29990101T000000.000Z.tar"]))
    expect(kept.some((name) => Bun.file(folder.at(name)).size > 100_000)).toBe(true)
  })

  test("a backup that fails deletes nothing, is told, and tried again in an hour", async () => {
    using folder = ownFolder()
    writeFileSync(folder.at("mili-20260101T050000.000Z.tar"), "")
    await using app = await startApp({ BACKUP_TO: folder.path, BACKUP_KEEP: "1" })
    const parts = { ...app.running.app, metrics: createMetrics() }
    const failing = [process.execPath, "-e", "console.error('the disk is full'); process.exit(1)"]
    const nightly = nightlyBackup(parts, { command: failing })
    const [one] = nightly.jobs
    await one?.run()
    await one?.run()
    expect(told(app, "the disk is full")).toHaveLength(1)
    expect(gauge(await parts.metrics.text(), "mili_backup_failed")).toBe(1)
    expect(backupsIn(folder.path)).toEqual(["mili-20260101T050000.000Z.tar"])
    app.pass(61 * minute)
    await one?.run()
    expect(told(app, "the disk is full")).toHaveLength(2)

    const { dataDir } = app.running.app.config
    const env = { DATA_DIR: dataDir, BACKUP_TO: folder.path, PORT: "0", RTMP_PORT: "0" }
    expect((await runProgram(["doctor"], env)).printed).toMatch(
      /WRONG backups: the last attempt failed: the disk is full/,
    )
    await backsUp(env)
    expect((await runProgram(["doctor"], env)).printed).toMatch(/ok +backups: /)
  })

  test("the log of a database that is written on and on ends the copy before it fills the disk", async () => {
    using folder = ownFolder()
    const from = folder.at("busy.db")
    using busy = new Database(from, { create: true })
    busy.run("PRAGMA journal_mode = WAL")
    busy.run("CREATE TABLE things (content BLOB)")
    for (let n = 0; n < 20; n++) busy.run("INSERT INTO things VALUES (zeroblob(1000000))")
    const write = async () => busy.run("INSERT INTO things VALUES (zeroblob(8000000))")
    const copied = (to: string, logGrowthMax: number) =>
      copyDatabase({ from, to: folder.at(to), onMoment: write, logGrowthMax })
    await expect(copied("a.db", 1_000_000)).rejects.toThrow("takes too much room")
    await copied("b.db", 100_000_000)
    using copy = new Database(folder.at("b.db"))
    expect(copy.query("SELECT count(*) AS things FROM things").get()).toEqual({ things: 21 })
  })

  test("a stop ends the backup under way, without a complaint, and begins no other", async () => {
    using folder = ownFolder()
    await using app = await startApp({ BACKUP_TO: folder.path })
    const parts = { ...app.running.app, metrics: createMetrics() }
    const nightly = nightlyBackup(parts, { command: [process.execPath, "-e", "setInterval(() => {}, 1000)"] })
    const underWay = nightly.jobs[0]?.run()
    const stage = join(app.running.app.config.dataDir, "backup.new")
    mkdirSync(stage)
    await nightly.stop()
    await underWay
    expect(existsSync(stage)).toBe(false)
    app.pass(day)
    await nightly.jobs[0]?.run()
    expect(told(app, "the nightly backup failed")).toEqual([])
  })

  test("two at once are refused, and a wrong order is told", async () => {
    await using home = await homeOfItsOwn()
    using folder = ownFolder()
    const both = await Promise.all(["a.tar", "b.tar"].map((name) => runProgram(["backup", folder.at(name)], home.env)))
    for (const { code, errors } of both) if (code !== 0) expect(errors).toContain("under way")
    expect(both.some(({ code }) => code === 0)).toBe(true)
    for (const [args, words] of [
      [["backup"], "BACKUP_TO"],
      [["backup", "a", "b"], "not understood"],
      [["backup", "a", "--loud"], "not understood"],
      [["restore"], "missing"],
      [["restore", "nowhere.tar"], "no file"],
    ] as const) {
      expect(await runProgram([...args], home.env)).toMatchObject({ code: 1, errors: expect.stringContaining(words) })
    }
    expect(await runProgram(["backup", "a"], { DATA_DIR: folder.at("empty") })).toMatchObject({ code: 1 })
  })
})
