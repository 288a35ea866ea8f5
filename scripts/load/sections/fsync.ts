import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { assertOk, encodeRequest, openConnection } from "../http.ts"
import { type FullRoom, openRooms } from "../pair.ts"
import type { Server } from "../process.ts"
import type { Account } from "../servers.ts"
import { inTurn, median } from "../stats.ts"
import { type Findings, type Row, times } from "../table.ts"
import { delays, type Talk, talk } from "../talk.ts"

const SOCKETS = 200
const ROUNDS = 5
const PACE = { perSecond: 100, seconds: 4 }
/** Low enough for a server that does one flush of 3 ms a write. */
const WRITES_PER_SECOND = 200
const WRITERS = 32
const GOAL = 2

/** Chat delay on a disk whose every flush takes 3 ms longer, without and with durable writes beside it. */
export async function fsync(folder: string): Promise<Findings> {
  const here = join(folder, "fsync")
  const compiler = Bun.which("cc")
  if (!compiler) return { rows: [], notes: ["fsync: skipped, no C compiler (cc) to build the slow disk with"] }
  const library = await slowDisk(compiler, here)
  await using pair = await openRooms(here, SOCKETS, { LD_PRELOAD: library })
  const { ours, bare } = pair
  const quiet = (room: FullRoom) => () => talk(room.audience, PACE)
  const busy = (room: FullRoom) => () => talkBesideWrites(room)
  await inTurn(1, quiet(ours), quiet(bare))
  const runs = {
    quiet: await inTurn(ROUNDS, quiet(ours), quiet(bare)),
    busy: await inTurn(ROUNDS, busy(ours), busy(bare)),
  }
  return { rows: rowsOf(runs), notes: [] }
}

type BusyTalk = Talk & { writesPerSecond: number }
type Runs = { quiet: { ours: Talk[]; bare: Talk[] }; busy: { ours: BusyTalk[]; bare: BusyTalk[] } }

function rowsOf({ quiet, busy }: Runs): Row[] {
  const p99 = (runs: Talk[]) => median(runs, (run) => run.p99Ms)
  const written = (runs: BusyTalk[]) => median(runs, (run) => run.writesPerSecond).toFixed(0)
  const [grown, grownBare] = [p99(busy.ours) / p99(quiet.ours), p99(busy.bare) / p99(quiet.bare)]
  const loadShare = (runs: { ours: Talk[]; bare: Talk[] }) =>
    median([...runs.ours, ...runs.bare], (run) => run.loadShare)
  const what = "fsync +3 ms"
  return [
    {
      what: `${what}: chat delay p50 / p99 ms`,
      ours: delays(quiet.ours),
      bare: delays(quiet.bare),
      loadShare: loadShare(quiet),
    },
    {
      what: `${what}: the same beside durable writes`,
      ours: delays(busy.ours),
      bare: delays(busy.bare),
      loadShare: loadShare(busy),
    },
    { what: `${what}: durable writes/s beside it`, ours: written(busy.ours), bare: written(busy.bare) },
    {
      what: `${what}: p99 with over without writes`,
      ours: times(grown),
      bare: times(grownBare),
      goal: `ours <= ${GOAL}x`,
      met: grown <= GOAL,
    },
  ]
}

async function talkBesideWrites({ server, audience, accounts }: FullRoom): Promise<BusyTalk> {
  const stream = await openWrites(server, accounts)
  const result = await talk(audience, PACE)
  return { ...result, writesPerSecond: (await stream.stop()) / result.seconds }
}

/** Changes accounts' signatures at a steady pace, until stopped; stopping answers how many changes were confirmed. */
async function openWrites(server: Server, accounts: Account[]) {
  const connections = await Promise.all(Array.from({ length: WRITERS }, () => openConnection(server.port)))
  const startMs = performance.now()
  let due = 0
  let confirmed = 0
  let stopped = false
  const writers = connections.map(async (connection) => {
    while (!stopped) {
      const nth = due++
      await Bun.sleep(Math.max(0, startMs + (nth * 1000) / WRITES_PER_SECOND - performance.now()))
      const token = accounts[nth % accounts.length]?.token ?? ""
      const change = encodeRequest("/user/modify_info_sign", { token, sign: `bench ${startMs} ${nth}` })
      assertOk(await connection.exchange(change))
      confirmed++
    }
    connection.close()
  })
  const all = Promise.all(writers)
  // A failed write must not end the process while the chat beside it is still being measured: stopping tells of it.
  all.catch(() => {})
  return {
    async stop() {
      const inTime = confirmed
      stopped = true
      await all
      return inTime
    },
  }
}

/** Compiles the shim that slows the flushes and answers the library's path. */
async function slowDisk(compiler: string, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const library = join(folder, "slow_fsync.so")
  const source = join(import.meta.dir, "../slow_fsync.c")
  const build = Bun.spawn([compiler, "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], { stderr: "pipe" })
  if ((await build.exited) !== 0) throw new Error(await new Response(build.stderr).text())
  return library
}
