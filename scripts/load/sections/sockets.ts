import { readFileSync } from "node:fs"
import { join } from "node:path"
import { dismiss, gather } from "../audience.ts"
import type { Server } from "../process.ts"
import { type Account, bareAccounts, createRoom, mint, socketPath, startHelper, startOurs } from "../servers.ts"
import { inTurn, median, stopwatch } from "../stats.ts"
import type { Findings } from "../table.ts"

const SOCKETS_MAX = 10_000
const ROOM_SIZE = 100
/** File descriptors left to a process for everything that is not one of the sockets. */
const SPARE_FDS = 200
const SETTLE_MS = 3_000
const ROUNDS = 3
const GOAL_KIB = 8

/** Resident memory a connected socket, in rooms of 100 and in the lobby; each round on fresh servers. */
export async function sockets(folder: string): Promise<Findings> {
  const here = join(folder, "sockets")
  const count = Math.min(SOCKETS_MAX, Math.floor((fdLimit() - SPARE_FDS) / ROOM_SIZE) * ROOM_SIZE)
  const accounts = await minted(here, count)
  const places = [
    { where: `rooms of ${ROOM_SIZE}`, seats: seatsInRooms },
    {
      where: "the lobby",
      seats: async (_: Server, seated: Account[]) => seated.map((account) => socketPath(0, account)),
    },
  ]
  const rows = []
  for (const { where, seats } of places) {
    const ours = async () => {
      await using server = await startOurs(here)
      return await footprint(server, await seats(server, accounts))
    }
    const bare = async () => {
      await using server = await startHelper("bare.ts", here)
      const paths = bareAccounts(count).map((account, i) => socketPath(1 + Math.floor(i / ROOM_SIZE), account))
      return await footprint(server, paths)
    }
    const runs = await inTurn(ROUNDS, ours, bare)
    const kib = (side: Footprint[]) => median(side, (run) => run.kib)
    rows.push({
      what: `${count} sockets in ${where}: KiB each`,
      ours: kib(runs.ours).toFixed(1),
      bare: kib(runs.bare).toFixed(1),
      ratio: `${(kib(runs.ours) / kib(runs.bare)).toFixed(2)}x`,
      goal: `< ${GOAL_KIB}`,
      met: kib(runs.ours) < GOAL_KIB,
      loadShare: median([...runs.ours, ...runs.bare], (run) => run.loadShare),
    })
  }
  return { rows, notes: [] }
}

type Footprint = { kib: number; loadShare: number }

/** Connects the sockets and answers what resident memory each has added. */
async function footprint(server: Server, paths: string[]): Promise<Footprint> {
  await Bun.sleep(SETTLE_MS)
  const before = server.rssKib()
  const watch = stopwatch()
  const audience = await gather(server.port, paths)
  const { cpuShare } = watch()
  await Bun.sleep(SETTLE_MS)
  const kib = (server.rssKib() - before) / audience.sockets.size
  dismiss(audience)
  return { kib, loadShare: cpuShare }
}

async function minted(folder: string, count: number): Promise<Account[]> {
  await using _ = await startOurs(folder)
  return await mint(folder, count)
}

/** Opens one room for each hundred accounts, hosted by the first of them, and answers everyone's socket path. */
async function seatsInRooms(server: Server, accounts: Account[]): Promise<string[]> {
  const paths: string[] = []
  for (let from = 0; from < accounts.length; from += ROOM_SIZE) {
    const guests = accounts.slice(from, from + ROOM_SIZE)
    const [host] = guests
    if (!host) break
    const roomId = await createRoom(server, host)
    paths.push(...guests.map((guest) => socketPath(roomId, guest)))
  }
  return paths
}

function fdLimit(): number {
  return Number(/Max open files\s+(\d+)/.exec(readFileSync("/proc/self/limits", "utf8"))?.[1])
}
