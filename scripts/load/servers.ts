import { mkdirSync } from "node:fs"
import { basename, join } from "node:path"
import { encodeRequest } from "./http.ts"
import type { Call } from "./in_process.ts"
import { cleanEnv, launch, root, type Server } from "./process.ts"

export type Account = { uid: string; token: string }

/** How a server is started: extra environment, and the cores it may use in place of core 0. */
export type Conditions = { env?: Record<string, string>; cores?: string }

const binary = process.env["MILI_BIN"]

/** Whether the compiled binary is measured, not the sources. */
export const compiled = binary !== undefined

const product = binary ? [binary] : [process.execPath, "src/main.ts"]

/** Starts the product on a data folder below `folder`. */
export function startOurs(folder: string, { env = {}, cores }: Conditions = {}): Promise<Server> {
  return start([...product, "serve"], join(folder, "ours"), {
    env: { ...env, ...productEnv(folder) },
    ...(cores && { cores }),
  })
}

/** Starts one of the servers in this folder, or a compiled one by its path, on a data folder of its own below `folder`. */
export function startHelper(command: string, folder: string, { env = {}, cores }: Conditions = {}): Promise<Server> {
  const name = basename(command, ".ts")
  const run = command.endsWith(".ts") ? [process.execPath, join(import.meta.dir, command)] : [command]
  return start(run, join(folder, name), { env: { ...env, DATA_DIR: join(folder, name) }, ...(cores && { cores }) })
}

/** Runs `mili admin …` on the product's data, beside the running server, and answers what it printed. */
export const admin = (folder: string, ...args: string[]) => mili(folder, ["admin", ...args])

/** Runs a command of the product on its data, on the load's core or on `cores`, and answers what it printed. */
export async function mili(folder: string, args: string[], cores = "1"): Promise<string> {
  const child = Bun.spawn(["taskset", "-c", cores, ...product, ...args], {
    cwd: root,
    env: { ...cleanEnv, ...productEnv(folder) },
    stderr: "inherit",
  })
  const printed = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error(`mili ${args.join(" ")} ended with ${child.exitCode}: ${printed}`)
  return printed
}

/** Makes `count` test accounts with so many diamonds each. */
export async function mint(folder: string, count: number, diamonds = 0): Promise<Account[]> {
  const lines = await admin(folder, "mint", String(count), String(diamonds))
  const accounts = lines.split("\n").flatMap((line) => {
    const [, uid, token] = /^(\d+) (\S+)$/.exec(line) ?? []
    return uid && token ? [{ uid, token }] : []
  })
  if (accounts.length !== count) throw new Error(`admin mint ${count} printed ${accounts.length} accounts`)
  return accounts
}

/** Gives the product's data folder a past of so many people and gifts, while no server runs; answers the first's uid. */
export const runTown = (folder: string, people: number, gifts: number): Promise<number> =>
  fill(folder, "town.ts", { PEOPLE: people, GIFTS: gifts })

/** Gives one person so many fans, while no server runs; answers the number of the row so deep down the list of them. */
export const runFandom = (folder: string, star: Account, fans: number, deep: number): Promise<number> =>
  fill(folder, "fandom.ts", { STAR: Number(star.uid), FANS: fans, DEEP: deep })

async function fill(folder: string, script: string, numbers: Record<string, number>): Promise<number> {
  const texts = Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, String(number)]))
  const answer = Number(await run(script, { ...productEnv(folder), ...texts }))
  if (!answer) throw new Error(`${script} did not come to its end`)
  return answer
}

/** Makes series of calls within the product's process, without a socket; answers how long each took, in milliseconds. */
export async function callInProcess(folder: string, series: Call[][]): Promise<number[][]> {
  const input = new Blob([JSON.stringify({ series })])
  return JSON.parse(await run("in_process.ts", productEnv(folder), input))
}

/** Runs one of the scripts in this folder on core 0 and answers what it printed. */
async function run(script: string, env: Record<string, string>, stdin?: Blob): Promise<string> {
  const command = ["taskset", "-c", "0", process.execPath, join(import.meta.dir, script)]
  const child = Bun.spawn(command, { env: { ...cleanEnv, ...env }, stderr: "inherit", ...(stdin && { stdin }) })
  const printed = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error(`${script} ended with ${child.exitCode}`)
  return printed
}

/** Registers an account by name, as people do where that is open. */
export async function register(server: Server, name: string): Promise<Account> {
  const answer = await fetch(`http://127.0.0.1:${server.port}/action/register`, {
    method: "POST",
    body: new URLSearchParams({ account: name, pwd: "sing-a-song" }),
  })
  const { uid, token } = (await answer.json()) as Record<string, unknown>
  if (!uid || !token) throw new Error(`register answered ${answer.status}`)
  return { uid: String(uid), token: String(token) }
}

/** Opens a room hosted by the account, with more parameters if told, and answers its id. */
export async function createRoom(
  server: Server,
  { token }: Account,
  more: Record<string, string> = {},
): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${server.port}/room/create_room`, {
    method: "POST",
    body: new URLSearchParams({ token, room_name: "bench", ...more }),
  })
  const text = await answer.text()
  const roomId = Number(/"roomid":(\d+)/.exec(text)?.[1])
  if (!roomId) throw new Error(`create_room answered ${answer.status} ${text.slice(0, 200)}`)
  return roomId
}

/** The request of one diamond's gift. */
export function giftOf({ token }: Account, receiver: Account | undefined): Uint8Array {
  return encodeRequest("/gift/send_gift", { token, giftid: "1", num: "1", revid: receiver?.uid ?? "" })
}

/** The path of an account's socket in a room; room 0 is the lobby. */
export function socketPath(roomId: number, { uid, token }: Account): string {
  return `/channel/${roomId}/ws?token=${token}&uid=${uid}`
}

/** Accounts for a bare server, which has uids 1 to 10,000 and takes `token-UID` for a token. */
export function bareAccounts(count: number): Account[] {
  return Array.from({ length: count }, (_, i) => ({ uid: String(i + 1), token: `token-${i + 1}` }))
}

function start(command: string[], dataDir: string, conditions: { env: Record<string, string>; cores?: string }) {
  mkdirSync(dataDir, { recursive: true })
  return launch({ command, log: `${dataDir}.log`, ...conditions })
}

function productEnv(folder: string) {
  const database = process.env["DATABASE_URL"]
  return {
    HOST: "127.0.0.1",
    DATA_DIR: join(folder, "ours"),
    RATE_LIMITS: "off",
    ...(database && { DATABASE_URL: database }),
  }
}
