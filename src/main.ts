import packageJson from "../package.json" with { type: "json" }
import { type Config, describeSettings, parse } from "./config.ts"
import { createLog } from "./log.ts"

const usage = `mili: the server of a live-streaming app

  mili [serve]                       run the server (default)
  mili migrate                       bring the database to this version and stop
  mili backup [FILE] [--recordings]  back up database and pictures, beside a running server; without FILE to BACKUP_TO
  mili restore FILE [--to FOLDER] [--force] [--dry-run]
                                     put a backup into an empty data folder; --force keeps aside what is there
  mili audit [--json]                prove that no unit of money was made, lost or doubled, and that the log of
                                     operators' acts is unbroken
  mili verify-round GAME_ID          prove that a round of a game was fixed before its bets; elsewhere, with what was told:
                                     --secret S --hash H --salt T [--chain C --turn N] [--pos P]
  mili doctor                        check settings, disk, clock, ports and providers
  mili admin grant ACCOUNT [ROLE]    let an account act as admin, moderator or finance
  mili admin revoke ACCOUNT [ROLE]   take a role, or all roles, away
  mili admin list                    who has which role
  mili admin credit UID diamond|rice|score AMOUNT --why TEXT
                                     give a user something of the house's
  mili admin switch NAME on|off      turn cash, test_account_check or real_name
  mili admin mint N [DIAMONDS]       make N test accounts; prints "uid token" a line
  mili admin export UID [FILE] [--with-identity]
                                     everything about one person, as JSON
  mili admin erase UID [--even-with-money] --why TEXT
                                     make one person's account anonymous for ever
  mili version
  mili help

Settings come from the environment:
`

/** How long a graceful stop may take before the process ends all the same, in milliseconds. */
const stopMax = 9_500

const print = (text: string) => void process.stdout.write(text)

// What the program makes is its own user's alone.
process.umask(0o077)

async function main([command = "serve", ...args]: string[]): Promise<void> {
  switch (command) {
    case "serve":
      return run(parse(process.env))
    case "migrate":
      return migrate(parse(process.env))
    case "backup":
      return backup(args)
    case "restore":
      return restore(args)
    case "audit":
      return audit(args)
    case "verify-round":
      return verifyRound(args)
    case "admin":
      return admin(parse(process.env), args)
    case "doctor": {
      const { diagnose } = await import("./doctor.ts")
      process.exitCode = (await diagnose(process.env, print)) ? 0 : 1
      return
    }
    case "version":
    case "--version":
      return print(`${packageJson.version}\n`)
    case "help":
    case "--help":
      return print(`${usage}${describeSettings()}\n`)
    default:
      throw new Error(`There is no command "${command}"; see mili help.`)
  }
}

const logFor = (config: Config) => createLog((line) => void process.stderr.write(line), config.logLevel)

async function run(config: Config): Promise<void> {
  const log = logFor(config)
  if (config.trustBareOpenid) {
    log.warn("TRUST_BARE_OPENID is on: whoever names an id of Facebook or Twitter is signed in as that person")
  }
  const { serve } = await import("./serve.ts")
  const running = await serve(config, { log, print, environment: process.env })
  for (const server of running.servers) log.info("listening", { url: server.url.href })
  if (config.rateLimits === "off") log.warn("rate limits are off")
  if (config.sandbox) log.warn("SANDBOX is on: payments are play and cost nothing, and every sign-in is believed")

  const stop = (signal: string) => {
    log.info("stopping", { signal })
    setTimeout(() => process.exit(1), stopMax).unref()
    running.stop().then(
      () => process.exit(0),
      (error) => {
        log.error("stop failed", { error })
        process.exit(1)
      },
    )
  }
  process.once("SIGTERM", stop)
  process.once("SIGINT", stop)
}

async function migrate(config: Config): Promise<void> {
  const { openDatabase } = await import("./db/open.ts")
  const { databaseUrl, dataDir } = config
  const db = await openDatabase({ databaseUrl, dataDir, log: logFor(config), onFatal: () => process.exit(1) })
  await db.close()
  print("The database is up to date.\n")
}

/** Exits 0 when there is a backup, 1 when there is none, and 2 where the database is Postgres. */
async function backup(args: string[]): Promise<void> {
  const { runBackup } = await import("./backup/command.ts")
  process.exitCode = await runBackup({ config: parse(process.env), now: Date.now }, args, print)
}

/** Exits 0 when the backup is restored, 1 when it is not, and 2 where the database is Postgres. */
async function restore(args: string[]): Promise<void> {
  const { runRestore } = await import("./backup/restore_command.ts")
  process.exitCode = await runRestore({ config: parse(process.env), now: Date.now }, args, print)
}

/** Exits 0 when the ledger adds up, 1 when it does not, and 2 when that could not be found out. */
async function audit(args: string[]): Promise<void> {
  process.exitCode = 2
  const { runAudit } = await import("./ledger_audit/command.ts")
  const { createCalendar } = await import("./calendar.ts")
  const config = parse(process.env)
  process.exitCode = await runAudit({ config, calendar: createCalendar(config.timezone), now: Date.now }, args, print)
}

/** Exits 0 when the round was fixed beforehand, 1 when it was not, and 2 when that could not be found out. */
async function verifyRound(args: string[]): Promise<void> {
  process.exitCode = 2
  const { runVerifyRound } = await import("./games/command.ts")
  process.exitCode = await runVerifyRound(parse(process.env), args, print)
}

async function admin(config: Config, args: string[]): Promise<void> {
  const { compose } = await import("./compose.ts")
  const { assertAdminVerb, runAdmin } = await import("./admin/command.ts")
  const { leftToServer } = await import("./db/outbox.ts")
  assertAdminVerb(args)
  const { app } = await compose(config, { log: logFor(config), print })
  try {
    await runAdmin({ ...app, outbox: leftToServer(app.outbox) }, args, print)
  } finally {
    await app.db.close()
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`mili: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode ||= 1
})
