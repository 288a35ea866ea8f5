import { join } from "node:path"
import { closedLoop, encodeRequest } from "../http.ts"
import type { Server } from "../process.ts"
import { type Account, createRoom, giftOf, mint, register, startHelper, startOurs } from "../servers.ts"
import { inTurn } from "../stats.ts"
import type { Findings } from "../table.ts"
import { throughputRow } from "../throughput.ts"

const PEOPLE = 1_000
const HOSTS = 20
const DIAMONDS = 1_000_000_000
// Long enough for both to run compiled code: the way of a gift is long.
const WARM_UPS = 5
const ROUNDS = 5
const LOAD = { clients: 64, seconds: 3 }
const GOAL = 1.5

/** Durable gifts a second, to hosts who are live, against a bare debit, credit and record in one transaction. */
export async function gifts(folder: string): Promise<Findings> {
  const home = join(folder, "gifts")
  await using ours = await startOurs(home, { env: { OPEN_REGISTRATION: "1" } })
  await using bare = await startHelper("bare.ts", home)
  const givers = await mint(home, PEOPLE - HOSTS, DIAMONDS)
  // Ordinary people: test accounts are sent no gifts.
  const hosts: Account[] = []
  for (let n = 0; n < HOSTS; n++) hosts.push(await register(ours, `host_${n}`))
  for (const host of hosts) await createRoom(ours, host)

  const receiver = (n: number) => n % HOSTS
  const requests = givers.map((giver, n) => giftOf(giver, hosts[receiver(n)]))
  const bareRequests = givers.map((_, n) => encodeRequest(`/gift?giver=${n + HOSTS}&receiver=${receiver(n)}`, {}))
  const load = (server: Server, asked: Uint8Array[]) => () => closedLoop(server.port, asked, LOAD)
  const [ask, askBare] = [load(ours, requests), load(bare, bareRequests)]
  await inTurn(WARM_UPS, ask, askBare)
  const runs = await inTurn(ROUNDS, ask, askBare)
  return { rows: [throughputRow(`durable gifts, ${LOAD.clients} clients: requests/s`, runs, GOAL)], notes: [] }
}
