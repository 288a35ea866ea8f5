import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SQL } from "bun"
import { createPasswordHasher } from "../../src/accounts/password.ts"
import type { Surroundings } from "../../src/compose.ts"
import { type Config, parse } from "../../src/config.ts"
import { engine } from "../../src/db/kit.ts"
import { openDatabase } from "../../src/db/open.ts"
import { createLog } from "../../src/log.ts"
import type { SmsMessage, SmsSender } from "../../src/providers/sms/index.ts"
import { type Running, serve } from "../../src/serve.ts"

/** The whole server on a database of its own, as a test sees it. */
export interface TestApp extends AsyncDisposable {
  running: Running
  /** `http://127.0.0.1:PORT` */
  url: string
  /** Codes sent so far, the newest last. */
  sms: RecordingSms
  /** Everything the server logged, a line an entry. */
  logged: string[]
  /** Moves the server's clock ahead. */
  pass(milliseconds: number): void
  /** Stops the server gracefully and starts another on the same database. */
  restart(): Promise<void>
}

export interface RecordingSms extends SmsSender {
  sent: SmsMessage[]
  /** Thrown by the next messages until cleared. */
  failWith: Error | undefined
}

function recordingSms(): RecordingSms {
  return {
    name: "recording",
    sent: [],
    failWith: undefined,
    async send(message) {
      if (this.failWith) throw this.failWith
      this.sent.push(message)
    },
    check: async () => undefined,
  }
}

/** A hash that costs next to nothing; what it protects here is nobody's. */
const cheap = { memoryCost: 8, timeCost: 1 }

/** Starts the real server, on a fresh database, on a free port; `env` adds to the settings, `parts` replaces parts. */
export async function startApp(env: Record<string, string> = {}, parts: Partial<Surroundings> = {}): Promise<TestApp> {
  const home = await freshHome()
  const config = parse({
    ...home.env,
    PORT: "0",
    RTMP_PORT: "0",
    HOST: "127.0.0.1",
    HOST_GRACE: "60",
    RATE_LIMITS: "off",
    ...env,
  })
  const sms = recordingSms()
  const logged: string[] = []
  let ahead = 0
  const surroundings = {
    log: createLog((line) => logged.push(line), "debug"),
    print: (text: string) => void logged.push(text),
    now: () => Date.now() + ahead,
    sms,
    passwords: createPasswordHasher(cheap),
    ...parts,
  }
  const begin = async (at: Config) => {
    app.running = await serve(at, surroundings)
    app.url = `http://127.0.0.1:${app.running.servers[0]?.port}`
  }
  const app: TestApp = {
    running: undefined as never,
    url: "",
    sms,
    logged,
    pass(milliseconds) {
      ahead += milliseconds
    },
    async restart() {
      await app.running.stop()
      await begin(config)
    },
    async [Symbol.asyncDispose]() {
      await app.running.stop()
      await home.remove()
    },
  }
  await begin(config)
  return app
}

export interface Home {
  /** What points the server at this database. */
  env: Record<string, string>
  dataDir: string
  remove(): Promise<void>
}

let template: Promise<string> | undefined

/** A data folder, and a database copied from one that was migrated once. */
export async function freshHome(): Promise<Home> {
  template ??= makeTemplate()
  const origin = await template
  const dataDir = mkdtempSync(join(tmpdir(), "mili-test-"))
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true })
  if (engine === "sqlite") {
    cpSync(origin, dataDir, { recursive: true })
    return { env: { DATA_DIR: dataDir }, dataDir, remove: async () => removeFolder() }
  }
  const name = `story_${crypto.randomUUID().replaceAll("-", "")}`
  await administer(`CREATE DATABASE ${name} TEMPLATE ${origin}`)
  return {
    env: { DATA_DIR: dataDir, DATABASE_URL: addressOf(name) },
    dataDir,
    async remove() {
      await administer(`DROP DATABASE ${name} WITH (FORCE)`)
      removeFolder()
    },
  }
}

/** A migrated SQLite folder, or the name of a migrated Postgres database. */
async function makeTemplate(): Promise<string> {
  const log = createLog(() => {})
  const onFatal = (error: unknown) => {
    throw error
  }
  const dataDir = mkdtempSync(join(tmpdir(), "mili-template-"))
  process.once("exit", () => rmSync(dataDir, { recursive: true, force: true }))
  if (engine === "sqlite") {
    await (await openDatabase({ databaseUrl: undefined, dataDir, log, onFatal })).close()
    return dataDir
  }
  const name = `template_${crypto.randomUUID().replaceAll("-", "")}`
  await administer(`CREATE DATABASE ${name}`)
  await (await openDatabase({ databaseUrl: addressOf(name), dataDir, log, onFatal })).close()
  return name
}

function addressOf(database: string): string {
  const address = new URL(process.env["DATABASE_URL"] ?? "")
  address.pathname = `/${database}`
  return address.href
}

/** Databases are made and dropped one at a time: a template may have no other connection. */
let administration: Promise<unknown> = Promise.resolve()

function administer(statement: string): Promise<unknown> {
  const turn = administration.then(async () => {
    await using connection = new SQL(process.env["DATABASE_URL"] ?? "", { max: 1 })
    await connection.unsafe(statement)
  })
  administration = turn.catch(() => {})
  return turn
}
