import { expect, test } from "bun:test"
import { nightlyAudit } from "../../src/ledger_audit/jobs.ts"
import { createMetrics } from "../../src/metrics.ts"
import { startApp, type TestApp } from "../support/app.ts"
import { registers } from "../support/cast.ts"
import { forge } from "./forger.ts"

const minute = 60_000
const day = 1_440 * minute
const job = "ledger_audit.nightly"

/** Moves the clock to so many milliseconds after four in the morning in Shanghai, which is eight hours ahead. */
function passUntilFour(app: TestApp, after = 0): void {
  const sinceFour = (app.running.app.now() + 4 * 60 * minute) % day
  app.pass(day - sinceFour + after)
}

const metricsOf = async ({ url }: TestApp) => (await fetch(`${url}/metrics`)).text()
const gauge = (metrics: string, name: string) => Number(new RegExp(`^${name} (.+)$`, "m").exec(metrics)?.[1])
const told = ({ logged }: TestApp, words: string) => logged.filter((line) => line.includes(words))
const homeOf = ({ running: { app } }: TestApp) => {
  const { dataDir, databaseUrl } = app.config
  return {
    dataDir,
    env: { DATA_DIR: dataDir, ...(databaseUrl && { DATABASE_URL: databaseUrl }) },
    remove: async () => {},
  }
}

test("the ledger is audited at four in the morning, and not twice a night", async () => {
  await using app = await startApp()
  const audits = async () => {
    await app.running.jobs.runNow(job)
    return told(app, "the ledger adds up").length
  }
  passUntilFour(app, -2 * minute)
  expect(await audits()).toBe(0)
  expect(await metricsOf(app)).not.toContain("mili_audit_differences ")

  passUntilFour(app, minute)
  const before = Math.floor(app.running.app.now() / 1_000)
  expect(await audits()).toBe(1)
  const metrics = await metricsOf(app)
  expect(gauge(metrics, "mili_audit_differences")).toBe(0)
  expect(gauge(metrics, "mili_audit_duration_seconds")).toBeWithin(0, 60)
  expect(gauge(metrics, "mili_audit_last_success_timestamp_seconds")).toBeWithin(before, before + 60)

  app.pass(22 * 60 * minute)
  expect(await audits()).toBe(1)
  await app.restart()
  expect(await audits()).toBe(1)
  passUntilFour(app, minute)
  expect(await audits()).toBe(2)
})

test("what does not add up is an error, with its rows, and counted", async () => {
  await using app = await startApp()
  const ana = await registers(app, "Ana")
  await forge(homeOf(app), [`INSERT INTO wallets (user_id, score) VALUES (${ana.uid}, 5)`])
  passUntilFour(app, minute)
  await app.running.jobs.runNow(job)
  const [line = "{}"] = told(app, "the ledger does not add up")
  expect(JSON.parse(line)).toMatchObject({
    level: "error",
    differences: 2,
    wrong: expect.arrayContaining([
      expect.objectContaining({ name: "wallets hold what the transfers say", differences: 1 }),
    ]),
  })
  expect(gauge(await metricsOf(app), "mili_audit_differences")).toBe(2)
})

/** An audit of its own beside the app's, that runs another program. */
function stagedAudit(app: TestApp, script: string, auditMax?: number) {
  const parts = { ...app.running.app, metrics: createMetrics() }
  const command = [process.execPath, "-e", script]
  const nightly = nightlyAudit(parts, auditMax === undefined ? { command } : { command, auditMax })
  passUntilFour(app, minute)
  return { ...nightly, metrics: () => parts.metrics.text() }
}

const endless = "setInterval(() => {}, 1000)"

test("a stop ends the audit under way, without a complaint, and begins no other", async () => {
  await using app = await startApp()
  const nightly = stagedAudit(app, endless)
  const underWay = nightly.job.run()
  await nightly.stop()
  await underWay
  app.pass(day)
  await nightly.job.run()
  expect(told(app, "could not be audited")).toEqual([])
})

test("an audit that takes too long is ended", async () => {
  await using app = await startApp()
  const nightly = stagedAudit(app, endless, 50)
  await nightly.job.run()
  expect(told(app, "could not be audited")).toMatchObject([expect.stringContaining("ended by SIGKILL")])
  expect(await nightly.metrics()).toBe("")
})

test("an audit that cannot be made says why", async () => {
  await using app = await startApp()
  await stagedAudit(app, "console.error('the disk is full'); process.exit(2)").job.run()
  expect(told(app, "could not be audited")).toMatchObject([expect.stringContaining("the disk is full")])
})
