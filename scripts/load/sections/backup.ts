import { statSync } from "node:fs"
import { join } from "node:path"
import { startGifts } from "../gift_waits.ts"
import { createRoom, giftOf, mili, mint, register, runTown, startOurs } from "../servers.ts"
import { quantile } from "../stats.ts"
import type { Findings, Row } from "../table.ts"

/** A past that comes to two gigabytes. */
const GIFTS = Number(process.env["MILI_BENCH_GIFTS"] ?? 5_500_000)
const PEOPLE = 200_000
const GIVERS = 500
const HOSTS = 20
const DIAMONDS = 1_000_000_000
const CLIENTS = 32
const PHASE_MS = 10_000
const GOAL_MS = 100

/** How long gifts wait while a large database is backed up beside the server, and whether the backup is one. */
export async function backup(folder: string): Promise<Findings> {
  const home = join(folder, "backup")
  const file = join(folder, "backup.tar")
  const database = join(home, "ours", "mili.db")
  const givers = await mint(home, GIVERS, DIAMONDS)
  await runTown(home, PEOPLE, GIFTS)
  const bytes = statSync(database).size
  const rows: Row[] = []
  let seconds = 0
  let logBytes = 0
  {
    await using server = await startOurs(home, { env: { OPEN_REGISTRATION: "1" } })
    const hosts = await Promise.all(Array.from({ length: HOSTS }, (_, n) => register(server, `host_${n}`)))
    for (const host of hosts) await createRoom(server, host)
    const requests = givers.map((giver, n) => giftOf(giver, hosts[n % HOSTS]))
    const gifts = await startGifts(server.port, requests, CLIENTS)
    await Bun.sleep(PHASE_MS)
    gifts.turn()
    await Bun.sleep(PHASE_MS)
    rows.push(waitRow("without a backup", gifts.turn(), PHASE_MS / 1_000))
    const watch = setInterval(() => {
      logBytes = Math.max(logBytes, statSync(`${database}-wal`).size)
    }, 100)
    const begun = performance.now()
    // As it would run on this machine, on both cores.
    await mili(home, ["backup", file], "0,1")
    seconds = (performance.now() - begun) / 1_000
    clearInterval(watch)
    rows.push(waitRow("under a backup", gifts.turn(), seconds, GOAL_MS))
    await Bun.sleep(PHASE_MS)
    rows.push(waitRow("after it", gifts.turn(), PHASE_MS / 1_000, GOAL_MS))
    await gifts.stop()
  }
  const restored = join(folder, "restored")
  const begun = performance.now()
  await mili(restored, ["restore", file], "0,1")
  const restoreSeconds = (performance.now() - begun) / 1_000
  const audit = await mili(restored, ["audit"], "0,1")
  rows.push({ what: "backup, proven: seconds", ours: seconds.toFixed(1), bare: "-" })
  rows.push({ what: "restore, proven: seconds", ours: restoreSeconds.toFixed(1), bare: "-" })
  const size = `backup: a database of ${gigabytes(bytes)} GB (${GIFTS} gifts, drawn by scripts/load/town.ts)`
  const log = `its log grew to ${gigabytes(logBytes)} GB`
  return {
    rows,
    notes: [`${size}, ${CLIENTS} clients giving; ${log}`, `audit of the restored copy: ${lastLine(audit)}`],
  }
}

function waitRow(when: string, waits: number[], seconds: number, goal?: number): Row {
  const longest = quantile(waits, 1)
  const shown = `${quantile(waits, 0.99).toFixed(0)} / ${longest.toFixed(0)}`
  const rate = (waits.length / seconds).toFixed(0)
  return {
    what: `${when}, ${rate} gifts/s: wait p99 / longest ms`,
    ours: shown,
    bare: "-",
    ...(goal !== undefined && { goal: `<= ${goal}`, met: longest <= goal }),
  }
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2)
const lastLine = (text: string) => text.trim().split("\n").at(-1) ?? ""
