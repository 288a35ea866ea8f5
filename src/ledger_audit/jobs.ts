import type { App } from "../app.ts"
import { ownProgram } from "../jobs/own_program.ts"
import type { Job } from "../jobs/runner.ts"
import type { Report } from "./audit.ts"

const minute = 60_000
const hour = 60 * minute
/** The hour of the night, in the server's zone; an hour off in a night in which clocks change. */
const hourOfNight = 4 * hour

/** How an audit to the end came out. */
export interface LastAudit {
  /** In milliseconds. */
  at: number
  differences: number
}

type Environment = Record<string, string | undefined>

export interface NightlyOptions {
  /** What the audit's process inherits. */
  environment?: Environment | undefined
  /** The program and its arguments; tests put another in their place. */
  command?: string[]
  /** An audit that takes longer is ended, in milliseconds. */
  auditMax?: number
}

export interface Nightly {
  job: Job
  /** Ends the audit under way, if any, and begins no other. */
  stop(): Promise<void>
}

/**
 * Audits the ledger every night in a process of its own, so that rooms go on meanwhile. A server that was not running at
 * that hour waits for the next night, so that none has two.
 */
export function nightlyAudit(app: App, options: NightlyOptions = {}): Nightly {
  const { environment = {}, command = ownProgram("audit", "--json"), auditMax = hour } = options
  const differences = app.metrics.gauge("mili_audit_differences", "What the last audit of the ledger found wrong.")
  const duration = app.metrics.gauge("mili_audit_duration_seconds", "How long the last audit of the ledger took.")
  const success = app.metrics.gauge(
    "mili_audit_last_success_timestamp_seconds",
    "When the ledger was last audited to the end, whatever was found, in unix seconds.",
  )
  const nightOf = (at: number) => app.calendar.dayOf(at - hourOfNight)
  let lastNight = nightOf(app.now())
  let running: Bun.ReadableSubprocess | undefined
  let stopped = false

  async function run(): Promise<void> {
    const night = nightOf(app.now())
    if (night <= lastNight || stopped) return
    lastNight = night
    running = Bun.spawn(command, {
      env: { ...environment, ...settingsOf(app) },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: auditMax,
      killSignal: "SIGKILL",
    })
    const { report, complaint } = await outcomeOf(running)
    running = undefined
    if (report) tell(report)
    else if (!stopped) app.log.error("the ledger could not be audited", { complaint })
  }

  function tell(report: Report): void {
    differences.set(report.differences)
    duration.set(report.seconds)
    success.set(Math.floor(app.now() / 1_000))
    app.audited.last = { at: app.now(), differences: report.differences }
    // Where the log ends is told to another log, by which it can be found out whether it was written anew.
    const found = { differences: report.differences, seconds: report.seconds, log: report.log }
    const wrong = report.findings.filter((finding) => finding.differences > 0)
    if (wrong.length === 0) app.log.info("the ledger adds up", found)
    else app.log.error("the ledger does not add up; run mili audit", { ...found, wrong })
  }

  return {
    job: { name: "ledger_audit.nightly", every: minute, run },
    async stop() {
      stopped = true
      running?.kill("SIGKILL")
      await running?.exited
    },
  }
}

interface Outcome {
  report?: Report
  /** Why there is no report. */
  complaint?: string
}

async function outcomeOf(audit: Bun.ReadableSubprocess): Promise<Outcome> {
  const [printed, errors] = await Promise.all([audit.stdout.text(), audit.stderr.text()])
  await audit.exited
  if (audit.signalCode) return { complaint: `it was ended by ${audit.signalCode}` }
  // Whatever its exit code, a report is a report; without one it said why on the other stream.
  return printed === "" ? { complaint: errors.trim() } : { report: JSON.parse(printed) }
}

/** The same database and the same days, wherever this server has its settings from. */
function settingsOf({ config }: App): Environment {
  const { dataDir, databaseUrl, timezone, riceMaturityDays } = config
  return {
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    TIMEZONE: timezone,
    RICE_MATURITY_DAYS: String(riceMaturityDays),
    // Sorting millions of rows needs room, which the folder of the database is sure to have.
    SQLITE_TMPDIR: dataDir,
  }
}
