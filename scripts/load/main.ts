import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { machine, othersWatch } from "./machine.ts"
import { killAll } from "./process.ts"
import { backup } from "./sections/backup.ts"
import { boards } from "./sections/boards.ts"
import { fans } from "./sections/fans.ts"
import { fsync } from "./sections/fsync.ts"
import { games } from "./sections/games.ts"
import { gifts } from "./sections/gifts.ts"
import { purses } from "./sections/purses.ts"
import { reads } from "./sections/reads.ts"
import { rooms } from "./sections/rooms.ts"
import { sockets } from "./sections/sockets.ts"
import { start } from "./sections/start.ts"
import { video } from "./sections/video.ts"
import { writes } from "./sections/writes.ts"
import { compiled } from "./servers.ts"
import { type Findings, percent, render } from "./table.ts"

/** Above this, other processes may have set the figures. */
const OTHERS_MAX = 0.2

type Section = (folder: string) => Promise<Findings>

const sections: Record<string, Section> = {
  rooms,
  reads,
  writes,
  gifts,
  boards,
  fans,
  purses,
  games,
  sockets,
  backup,
  video,
  start,
  fsync,
}

/** Runs the named sections, all of them without names, and prints one table. Fails when a section could not run. */
async function bench(names: string[]): Promise<number> {
  const unknown = names.filter((name) => !sections[name])
  if (unknown.length > 0) {
    process.stderr.write(`bench: no section ${unknown.join(", ")}; there are ${Object.keys(sections).join(", ")}\n`)
    return 2
  }
  const folder = mkdtempSync(join(tmpdir(), "mili-bench-"))
  const end = () => {
    killAll()
    rmSync(folder, { recursive: true, force: true })
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      end()
      process.exit(130)
    })
  }
  const measured = compiled ? process.env["MILI_BIN"] : "the sources"
  process.stdout.write(`${machine()}; measured: ${measured}, server on core 0, load on core 1\n`)
  const found: Findings = { rows: [], notes: [] }
  const failures: string[] = []
  for (const [name, section] of Object.entries(sections)) {
    if (names.length > 0 && !names.includes(name)) continue
    process.stderr.write(`${name} …\n`)
    const others = othersWatch()
    try {
      const { rows, notes } = await section(folder)
      found.rows.push(...rows)
      found.notes.push(...notes)
      const share = others()
      if (share > OTHERS_MAX) found.notes.push(`warning: others used ${percent(share)} of a core during ${name}`)
    } catch (error) {
      failures.push(`${name}: could not run: ${error instanceof Error ? error.message : error}`)
    }
  }
  end()
  process.stdout.write(`${[render(found), ...failures].join("\n")}\n`)
  return failures.length > 0 ? 1 : 0
}

process.exit(await bench(process.argv.slice(2)))
