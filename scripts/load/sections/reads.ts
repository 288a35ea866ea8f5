import { join } from "node:path"
import { closedLoop, encodeRequest } from "../http.ts"
import type { Server } from "../process.ts"
import { type Account, bareAccounts, mint, startHelper, startOurs } from "../servers.ts"
import { inTurn } from "../stats.ts"
import type { Findings } from "../table.ts"
import { throughputRow } from "../throughput.ts"

const ACCOUNTS = 10_000
const ROUNDS = 5
const LOAD = { clients: 64, seconds: 2 }

const calls = [
  { name: "look_info", goal: 0.6, path: ({ uid }: Account) => `/look_info?uid=${uid}` },
  { name: "refresh_info", goal: 0.5, path: ({ token }: Account) => `/user/refresh_info?token=${token}` },
]

/** Requests a second of a public read and of one behind a token, 64 keep-alive clients. */
export async function reads(folder: string): Promise<Findings> {
  await using ours = await startOurs(join(folder, "reads"))
  await using bare = await startHelper("bare.ts", join(folder, "reads"))
  const accounts = await mint(join(folder, "reads"), ACCOUNTS)
  const rows = []
  for (const { name, goal, path } of calls) {
    const load = (server: Server, asked: Account[]) => {
      const requests = asked.map((account) => encodeRequest(path(account)))
      return () => closedLoop(server.port, requests, LOAD)
    }
    const [ask, askBare] = [load(ours, accounts), load(bare, bareAccounts(ACCOUNTS))]
    await inTurn(1, ask, askBare)
    const runs = await inTurn(ROUNDS, ask, askBare)
    rows.push(throughputRow(`${name}, ${LOAD.clients} clients: requests/s`, runs, goal))
  }
  return { rows, notes: [] }
}
