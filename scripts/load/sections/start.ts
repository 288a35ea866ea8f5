import { join } from "node:path"
import { root } from "../process.ts"
import { compiled, startHelper, startOurs } from "../servers.ts"
import { inTurn, median } from "../stats.ts"
import type { Findings } from "../table.ts"

const ROUNDS = 9
const GOAL_MS = 80
/** Starting uses every core, as it does in earnest. */
const EVERY_CORE = { cores: "0,1" }

/** Milliseconds from spawn to the first answered request on an existing data folder. */
export async function start(folder: string): Promise<Findings> {
  const here = join(folder, "start")
  const bareCommand = compiled ? await compile(here) : "bare.ts"
  const ours = async () => {
    await using server = await startOurs(here, EVERY_CORE)
    return server.readyMs
  }
  const bare = async () => {
    await using server = await startHelper(bareCommand, here, EVERY_CORE)
    return server.readyMs
  }
  await inTurn(1, ours, bare)
  const runs = await inTurn(ROUNDS, ours, bare)
  const [oursMs, bareMs] = [median(runs.ours, (ms) => ms), median(runs.bare, (ms) => ms)]
  const row = {
    what: `start of the ${compiled ? "binary" : "sources"}, existing folder: ms to the first answer`,
    ours: oursMs.toFixed(0),
    bare: bareMs.toFixed(0),
    ratio: `${(oursMs / bareMs).toFixed(2)}x`,
  }
  if (compiled) return { rows: [{ ...row, goal: `<= ${GOAL_MS}`, met: oursMs <= GOAL_MS }], notes: [] }
  return { rows: [row], notes: [`start: the goal of ${GOAL_MS} ms is for the binary; set MILI_BIN to measure it`] }
}

/** Compiles the bare server as the product is compiled, and answers the binary's path. */
async function compile(folder: string): Promise<string> {
  const outfile = join(folder, "bin", "bare")
  const source = join(import.meta.dir, "../bare.ts")
  const flags = ["--compile", "--minify", "--bytecode", "--format=esm", "--outfile", outfile]
  const build = Bun.spawn([process.execPath, "build", ...flags, source], {
    cwd: root,
    stdout: "ignore",
    stderr: "pipe",
  })
  if ((await build.exited) !== 0) throw new Error(await new Response(build.stderr).text())
  return outfile
}
