import { join } from "node:path"
import { closedLoop, encodeRequest } from "../http.ts"
import type { Server } from "../process.ts"
import { startHelper } from "../servers.ts"
import { inTurn } from "../stats.ts"
import type { Findings } from "../table.ts"
import { throughputRow } from "../throughput.ts"

const COUNTERS = 1_000
const ROUNDS = 5
const LOAD = { clients: 64, seconds: 3 }
const GOAL = 5

/** Durable writes a second, an insert and an update each, answered only once they are on the disk. */
export async function writes(folder: string): Promise<Findings> {
  await using ours = await startHelper("write_server.ts", join(folder, "writes"))
  await using bare = await startHelper("bare.ts", join(folder, "writes"))
  const requests = Array.from({ length: COUNTERS }, (_, id) => encodeRequest(`/write?counter=${id}`, {}))
  const load = (server: Server) => () => closedLoop(server.port, requests, LOAD)
  await inTurn(1, load(ours), load(bare))
  const runs = await inTurn(ROUNDS, load(ours), load(bare))
  return { rows: [throughputRow(`durable writes, ${LOAD.clients} clients: requests/s`, runs, GOAL)], notes: [] }
}
