import { Database as SqliteFile } from "bun:sqlite"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SQL } from "bun"
import { databaseFile } from "../../src/db/sqlite.ts"
import type { Report } from "../../src/ledger_audit/audit.ts"
import type { Home } from "../support/app.ts"
import { runProgram } from "../support/process.ts"

/** A database that can be copied, since nobody has it open. */
export async function copyOf(home: Home): Promise<Home> {
  const dataDir = mkdtempSync(join(tmpdir(), "mili-forged-"))
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true })
  const origin = home.env["DATABASE_URL"]
  if (origin === undefined) {
    cpSync(home.dataDir, dataDir, { recursive: true })
    return { env: { DATA_DIR: dataDir }, dataDir, remove: async () => removeFolder() }
  }
  const name = `forged_${crypto.randomUUID().replaceAll("-", "")}`
  const administer = async (statement: string) => {
    await using connection = new SQL(process.env["DATABASE_URL"] ?? "", { max: 1 })
    await connection.unsafe(statement)
  }
  const address = new URL(origin)
  await administer(`CREATE DATABASE ${name} TEMPLATE ${address.pathname.slice(1)}`)
  address.pathname = `/${name}`
  return {
    env: { DATA_DIR: dataDir, DATABASE_URL: address.href },
    dataDir,
    async remove() {
      await administer(`DROP DATABASE ${name} WITH (FORCE)`)
      removeFolder()
    },
  }
}

/** What keeps the ledger and the log from being forged by mistake; a forger takes it away first. */
const guards = {
  sqlite: [
    "DROP TRIGGER transfers_stand",
    "DROP TRIGGER transfers_stay",
    "DROP TRIGGER audit_log_stands",
    "DROP TRIGGER audit_log_stays",
    "DROP INDEX audit_log_seq",
    "DROP INDEX transfers_key",
    "DROP INDEX orders_transaction",
    "DROP INDEX task_claims_once",
    "DROP INDEX sign_ins_once",
    "DROP INDEX online_rewards_once",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA ignore_check_constraints = ON",
  ],
  postgres: [
    "DROP TRIGGER transfers_stand ON transfers",
    "DROP INDEX audit_log_seq",
    "DROP INDEX transfers_key",
    "DROP INDEX orders_transaction",
    "DROP INDEX task_claims_once",
    "DROP INDEX sign_ins_once",
    "DROP INDEX online_rewards_once",
    "ALTER TABLE wallets DROP CONSTRAINT wallets_never_below_zero",
    "ALTER TABLE transfers DROP CONSTRAINT transfers_positive",
    "SET session_replication_role = replica",
  ],
}

/** Changes rows behind the program's back; each statement must change something. */
export async function forge(home: Home, statements: string[]): Promise<void> {
  const address = home.env["DATABASE_URL"]
  if (address !== undefined) {
    await using connection = new SQL(address, { max: 1 })
    for (const guard of guards.postgres) await connection.unsafe(guard)
    for (const statement of statements) assertChanged((await connection.unsafe(statement)).count, statement)
    return
  }
  const file = new SqliteFile(join(home.dataDir, databaseFile))
  file.run("PRAGMA busy_timeout = 5000")
  for (const guard of guards.sqlite) file.run(guard)
  for (const statement of statements) assertChanged(file.run(statement).changes, statement)
  file.close()
}

function assertChanged(rows: number | null, statement: string): void {
  if (!rows) throw new Error(`nothing was forged by: ${statement}`)
}

/** Audits a database as an operator's script would: what the program exited with, the checks it made and those that fail. */
export async function audited(home: Home): Promise<{ code: number; checks: string[]; wrong: string[] }> {
  const { code, printed, errors } = await runProgram(["audit", "--json"], home.env)
  if (printed === "") throw new Error(`nothing was audited: ${errors}`)
  const report = JSON.parse(printed) as Report
  const wrong = report.findings.filter(({ differences }) => differences > 0)
  for (const { name, examples } of wrong) if (examples.length === 0) throw new Error(`"${name}" shows no example`)
  return { code, checks: report.findings.map(({ name }) => name), wrong: wrong.map(({ name }) => name) }
}
