import { existsSync, statSync } from "node:fs"
import { statfs } from "node:fs/promises"
import { join, resolve } from "node:path"
import { complaintOf, readRecord } from "./backup/record.ts"
import { type Config, parse } from "./config.ts"
import { inspectDatabase } from "./db/inspect.ts"
import { engine } from "./db/kit.ts"
import { keyFile } from "./keys.ts"
import { createLog } from "./log.ts"
import { filesProviders } from "./providers/files/provider.ts"
import { identityProviders } from "./providers/identity/provider.ts"
import { mediaProviders } from "./providers/media/provider.ts"
import { payProviders } from "./providers/pay/provider.ts"
import { rtcProvider } from "./providers/rtc/provider.ts"
import { smsProvider } from "./providers/sms/provider.ts"
import { unservedByShippedApps } from "./shipped_apps.ts"

interface Finding {
  /** `wrong` keeps the server from working, `note` is worth knowing. */
  state: "fine" | "note" | "wrong"
  words: string
}

const fine = (words: string): Finding => ({ state: "fine", words })
const note = (words: string): Finding => ({ state: "note", words })
const wrong = (words: string): Finding => ({ state: "wrong", words })

const mebibyte = 1024 * 1024
const diskLeast = 512 * mebibyte
/** How far the database's clock may be from this machine's, in milliseconds. */
const clockMost = 5_000
/** No earlier than this program was written, 2026-11-01. */
const clockLeast = Date.UTC(2026, 10, 1)

/**
 * Looks at everything the server needs and says what is wrong and what to do about it.
 *
 * @returns whether nothing is wrong
 */
export async function diagnose(environment: Record<string, string | undefined>, print: (text: string) => void) {
  let healthy = true
  const tell = ({ state, words }: Finding) => {
    if (state === "wrong") healthy = false
    print(`${{ fine: "  ok   ", note: "  note ", wrong: "  WRONG" }[state]} ${words}\n`)
  }
  let config: Config
  try {
    config = parse(environment)
  } catch (error) {
    tell(wrong(`settings: ${message(error)} Correct it in the environment; mili help lists every setting.`))
    return healthy
  }
  tell(fine("settings: every value can be read"))
  for (const finding of habits(config)) tell(finding)
  for (const port of config.ports) tell(await portFinding(config, port))
  if (config.mediaLine1 === "builtin" || config.mediaLine2 === "builtin") tell(await rtmpFinding(config))
  tell(await diskFinding(config.dataDir))
  for (const finding of await databaseFindings(config)) tell(finding)
  if (engine === "sqlite") tell(backupFinding(config))
  for (const finding of await providerFindings(config, print)) tell(finding)
  for (const lack of unservedByShippedApps(config)) tell(note(`apps already shipped ${lack}`))
  return healthy
}

function habits(config: Config): Finding[] {
  const findings: Finding[] = []
  if (config.rateLimits === "off") findings.push(note("RATE_LIMITS is off, which is for load tests alone"))
  if (config.openRegistration) findings.push(note("OPEN_REGISTRATION lets anybody register without a phone"))
  if (!config.publicUrl) findings.push(note("PUBLIC_URL is not set, so addresses on the wire say localhost"))
  if (config.smsProvider === "log")
    findings.push(note("SMS_PROVIDER is log: codes are printed here and reach no phone"))
  if (config.trustBareOpenid)
    findings.push(note("TRUST_BARE_OPENID signs in by Facebook and Twitter whoever names an id, without proof"))
  const keyPath = join(config.dataDir, keyFile)
  if (existsSync(keyPath) && (statSync(keyPath).mode & 0o077) !== 0) {
    findings.push(wrong(`${keyPath} can be read by other users; run chmod 600 on it`))
  }
  return findings
}

async function portFinding(config: Config, port: number): Promise<Finding> {
  try {
    const probe = Bun.serve({ port, hostname: config.host, fetch: () => new Response() })
    await probe.stop(true)
    return fine(`port ${port}: free`)
  } catch (error) {
    if (await isOurs(config, port)) return fine(`port ${port}: a Mili server is running on it`)
    return wrong(`port ${port}: ${message(error)} Stop what uses it, or set PORT to another one.`)
  }
}

async function rtmpFinding(config: Config): Promise<Finding> {
  const { host, rtmpPort } = config
  try {
    Bun.listen({ hostname: host, port: rtmpPort, socket: { data() {} } }).stop(true)
    return fine(`RTMP port ${rtmpPort}: free`)
  } catch (error) {
    for (const port of config.ports) {
      if (await isOurs(config, port)) return fine(`RTMP port ${rtmpPort}: taken, and a Mili server is running`)
    }
    return wrong(`RTMP port ${rtmpPort}: ${message(error)} Stop what uses it, or set RTMP_PORT to another one.`)
  }
}

async function isOurs({ host, tlsCert }: Config, port: number): Promise<boolean> {
  const everywhere = host === "0.0.0.0" || host === "::"
  const address = `${tlsCert ? "https" : "http"}://${everywhere ? "127.0.0.1" : host}:${port}/healthz`
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(1_000), tls: { rejectUnauthorized: false } })
    return ((await answer.json()) as { ErrCode?: number }).ErrCode === 0
  } catch {
    return false
  }
}

async function diskFinding(dataDir: string): Promise<Finding> {
  const path = existsSync(dataDir) ? dataDir : resolve(dataDir, "..")
  try {
    const { bavail, bsize } = await statfs(path)
    const free = bavail * bsize
    const words = `disk: ${Math.floor(free / mebibyte)} MiB free for ${resolve(dataDir)}`
    return free < diskLeast ? wrong(`${words}; make room, at least ${diskLeast / mebibyte} MiB`) : fine(words)
  } catch (error) {
    return wrong(`disk: ${path} cannot be looked at: ${message(error)}`)
  }
}

async function databaseFindings({ dataDir, databaseUrl }: Config): Promise<Finding[]> {
  if (Date.now() < clockLeast) return [wrong("clock: this machine's clock is years behind; set it, best by NTP")]
  try {
    const { isNew, pending, clockAway } = await inspectDatabase(dataDir, databaseUrl)
    const state = isNew
      ? "none yet, the first start makes it"
      : pending
        ? "the next start brings it up to date"
        : "up to date"
    const seconds = Math.round(clockAway / 1_000)
    return [
      fine(`database: ${engine}, ${state}`),
      clockAway <= clockMost
        ? fine("clock: plausible, and the database agrees")
        : wrong(`clock: ${seconds} s away from the database's; set both by NTP`),
    ]
  } catch (error) {
    return [wrong(`database: ${message(error)}`)]
  }
}

function backupFinding(config: Config): Finding {
  if (!config.backupTo) return note("backups: BACKUP_TO is not set, so nothing is backed up at night")
  const record = readRecord(config.dataDir)
  const complaint = complaintOf(record, Date.now())
  if (complaint) return wrong(`backups: ${complaint}`)
  if (!record.success) return note("backups: there is none yet; the server makes one as soon as it runs")
  return fine(`backups: the last in ${config.backupTo} is ${record.success.name}`)
}

async function providerFindings(config: Config, print: (text: string) => void): Promise<Finding[]> {
  // Nothing is signed here, and a doctor makes no key file.
  const noKeys = { sign: () => "" }
  return Promise.all([
    ...smsVisits(config, print),
    ...signInVisits(config),
    ...videoVisits(config, noKeys),
    ...conferenceVisits(config, noKeys),
    ...pictureVisits(config, noKeys),
    ...paymentVisits(config),
  ])
}

function smsVisits(config: Config, print: (text: string) => void): Promise<Finding>[] {
  try {
    return [visit("SMS", smsProvider(config, print))]
  } catch (error) {
    return [Promise.resolve(wrong(`SMS: ${message(error)}`))]
  }
}

function signInVisits(config: Config): Promise<Finding>[] {
  try {
    const providers = Object.values(identityProviders(config, Date.now)).filter((provider) => provider !== undefined)
    if (providers.length > 0) return providers.map((provider) => visit("sign-in", provider))
    return [Promise.resolve(note("sign-in: no vendor is configured; people come by phone or name alone"))]
  } catch (error) {
    return [Promise.resolve(wrong(`sign-in: ${message(error)}`))]
  }
}

function videoVisits(config: Config, keys: { sign(): string }): Promise<Finding>[] {
  try {
    const { all } = mediaProviders(config, { keys, log: createLog(() => {}), now: Date.now })
    return all.map((provider) => visit("video", provider))
  } catch (error) {
    return [Promise.resolve(wrong(`video: ${message(error)}`))]
  }
}

function conferenceVisits(config: Config, keys: { sign(): string }): Promise<Finding>[] {
  try {
    return [visit("conferences", rtcProvider(config, { keys, now: Date.now }))]
  } catch (error) {
    return [Promise.resolve(wrong(`conferences: ${message(error)}`))]
  }
}

function pictureVisits(config: Config, keys: { sign(): string }): Promise<Finding>[] {
  try {
    const { current } = filesProviders(config, { keys, log: createLog(() => {}), now: Date.now })
    return [visit("pictures", current)]
  } catch (error) {
    return [Promise.resolve(wrong(`pictures: ${message(error)}`))]
  }
}

interface Reachable {
  name: string
  check(): Promise<string | undefined>
}

async function visit(part: string, { name, check }: Reachable): Promise<Finding> {
  const trouble = await check()
  return trouble ? wrong(`${part} (${name}): ${trouble}`) : fine(`${part} (${name}): reachable`)
}

function paymentVisits(config: Config): Promise<Finding>[] {
  try {
    const providers = Object.values(payProviders(config, Date.now)).filter((provider) => provider !== undefined)
    if (providers.length > 0) return providers.map((provider) => visit("payments", provider))
    return [Promise.resolve(note("payments: no provider is configured; nobody can buy diamonds"))]
  } catch (error) {
    return [Promise.resolve(wrong(`payments: ${message(error)}`))]
  }
}

const message = (error: unknown) => (error instanceof Error ? error.message : String(error))
