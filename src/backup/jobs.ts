import { rm } from "node:fs/promises"
import { join } from "node:path"
import type { App } from "../app.ts"
import { ownProgram } from "../jobs/own_program.ts"
import type { Job } from "../jobs/runner.ts"
import { isOverdue, readRecord, writeRecord } from "./record.ts"
import { parcelFolder, stageFolder } from "./stage.ts"

const minute = 60_000
const hour = 60 * minute
/** After a failure it is tried again. */
const pauseAfterFailure = hour

type Environment = Record<string, string | undefined>

export interface NightlyOptions {
  /** What the backup's process inherits. */
  environment?: Environment | undefined
  /** The program and its arguments; tests put another in their place. */
  command?: string[]
  /** A backup that takes longer is ended, in milliseconds. */
  backupMax?: number
}

export interface Nightly {
  jobs: Job[]
  /** Ends the backup under way, if any, and begins no other. */
  stop(): Promise<void>
}

/**
 * Backs up every night in a process of its own, so that rooms go on meanwhile; as soon as it can where none was made since the
 * hour came, because the server was down or an attempt failed. Without BACKUP_TO it does nothing.
 */
export function nightlyBackup(app: App, options: NightlyOptions = {}): Nightly {
  const { environment = {}, command = ownProgram("backup"), backupMax = 12 * hour } = options
  const { backupTo, dataDir } = app.config
  if (backupTo === undefined) return { jobs: [], stop: async () => {} }
  const tell = metricsOf(app)
  let triedAt = Number.NEGATIVE_INFINITY
  let madeAt = Number.NEGATIVE_INFINITY
  let running: Bun.Subprocess | undefined
  let stopped = false
  tell()

  async function run(): Promise<void> {
    const now = app.now()
    madeAt = Math.max(madeAt, readRecord(dataDir).success?.at ?? madeAt)
    if (stopped || madeAt >= lastHour(app, now) || now - triedAt < pauseAfterFailure) return
    triedAt = now
    const backup = Bun.spawn(command, {
      env: { ...environment, ...settingsOf(app) },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
      timeout: backupMax,
      killSignal: "SIGKILL",
    })
    running = backup
    const complaint = (await backup.stderr.text()).trim()
    const code = await backup.exited
    running = undefined
    if (stopped) return
    if (code === 0) {
      madeAt = now
      app.log.info("backed up", { ...readRecord(dataDir).success })
    }
    if (code !== 0) await noteFailure(now, complaint || `it was ended by ${backup.signalCode}`)
    tell()
  }

  /** One that was ended could not write down why. */
  async function noteFailure(at: number, why: string): Promise<void> {
    app.log.error("the nightly backup failed", { complaint: why })
    const record = readRecord(dataDir)
    if (!record.failure) await writeRecord(dataDir, { ...record, failure: { at, why } })
  }

  return {
    jobs: [{ name: "backup.nightly", every: minute, run }],
    async stop() {
      stopped = true
      if (!running) return
      running.kill("SIGKILL")
      await running.exited
      // It had no time to, and the next one may be a night away.
      await Promise.all(
        [stageFolder, parcelFolder].map((name) => rm(join(dataDir, name), { recursive: true, force: true })),
      )
    },
  }
}

/** When it was last the hour to back up; an hour off in a night in which clocks change. */
function lastHour({ calendar, config }: App, now: number): number {
  const today = calendar.dayOf(now)
  const at = calendar.startOf(today) + config.backupAt
  return at <= now ? at : calendar.startOf(today - 1) + config.backupAt
}

/** @returns what shows what is known of the last backup */
function metricsOf({ metrics, now, config }: App) {
  const success = metrics.gauge(
    "mili_backup_last_success_timestamp_seconds",
    "When the last nightly backup was begun that was proven, in unix seconds.",
  )
  const duration = metrics.gauge("mili_backup_duration_seconds", "How long it took.")
  const bytes = metrics.gauge("mili_backup_bytes", "How long it is.")
  const failed = metrics.gauge("mili_backup_failed", "1 when the last attempt at a nightly backup failed.")
  const overdue = () => Number(isOverdue(readRecord(config.dataDir), now()))
  metrics.gauge("mili_backup_overdue", "1 when there was no nightly backup for more than a night.", overdue)
  return () => {
    const record = readRecord(config.dataDir)
    failed.set(Number(record.failure !== undefined))
    if (!record.success) return
    success.set(Math.floor(record.success.at / 1_000))
    duration.set(record.success.seconds)
    bytes.set(record.success.bytes)
  }
}

/** The same folder and the same place, wherever this server has its settings from. */
function settingsOf({ config }: App): Environment {
  return {
    DATA_DIR: config.dataDir,
    DATA_KEY: config.dataKey,
    BACKUP_TO: config.backupTo,
    BACKUP_KEEP: String(config.backupKeep),
    BACKUP_RECORDINGS: config.backupRecordings ? "1" : "0",
    BACKUP_S3_ENDPOINT: config.backupS3Endpoint,
    BACKUP_S3_REGION: config.backupS3Region,
    BACKUP_S3_KEY_ID: config.backupS3KeyId,
    BACKUP_S3_SECRET: config.backupS3Secret,
    // Sorting millions of rows needs room, which the folder of the database is sure to have.
    SQLITE_TMPDIR: config.dataDir,
  }
}
