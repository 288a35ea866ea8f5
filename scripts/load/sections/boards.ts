import { join } from "node:path"
import { assertOk, encodeRequest, openConnection } from "../http.ts"
import { mint, runTown, startOurs } from "../servers.ts"
import { quantile } from "../stats.ts"
import type { Findings, Row } from "../table.ts"

const PEOPLE = 1_000_000
const GIFTS = 10_000_000
const CALLERS = 1_000
const SAMPLES = 20_000
const GOAL_MS = 2

/** How long one read of boards and balances takes in a town of a million people and ten million gifts, one at a time. */
export async function boards(folder: string): Promise<Findings> {
  const home = join(folder, "boards")
  const callers = await mint(home, CALLERS)
  const first = await runTown(home, PEOPLE, GIFTS)
  await using server = await startOurs(home)
  // The first twentieth of the people are hosts, and the first of them get most.
  const somebody = (n: number, among: number) => String(first + ((n * 7919) % among))
  const calls: { name: string; path: (n: number) => string }[] = [
    { name: "gain_rank of a host", path: (n) => `/gift/gain_rank?oid=${somebody(n, PEOPLE / 20)}` },
    { name: "gain_rank of a great host", path: (n) => `/gift/gain_rank?oid=${somebody(n, PEOPLE / 2_000)}` },
    { name: "send_rank", path: (n) => `/gift/send_rank?oid=${somebody(n, PEOPLE)}` },
    { name: "all_rank", path: (n) => `/all_rank?index=${n % 50}` },
    { name: "diamond_score", path: () => "/action/get/diamond_score?" },
    { name: "refresh_info", path: () => "/user/refresh_info?" },
  ]
  const connection = await openConnection(server.port)
  const rows: Row[] = []
  for (const { name, path } of calls) {
    const delays: number[] = []
    for (let n = 0; n < SAMPLES; n++) {
      const request = encodeRequest(`${path(n)}&token=${callers[n % CALLERS]?.token}`)
      const begun = performance.now()
      assertOk(await connection.exchange(request))
      delays.push(performance.now() - begun)
    }
    const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)]
    const ours = `${p50.toFixed(2)} / ${p99.toFixed(2)}`
    rows.push({ what: `${name}: p50 / p99 ms`, ours, bare: "-", goal: `p99 < ${GOAL_MS}`, met: p99 < GOAL_MS })
  }
  connection.close()
  return { rows, notes: [`boards: ${PEOPLE} people and ${GIFTS} gifts, drawn by scripts/load/town.ts`] }
}
