import { join } from "node:path"
import { closedLoop } from "../http.ts"
import { type Account, admin, giftOf, mint, startOurs } from "../servers.ts"
import { inTurn, median } from "../stats.ts"
import { type Findings, times } from "../table.ts"

const PEOPLE = 1_000
const HOT = 10
const DIAMONDS = 1_000_000_000
const WARM_UPS = 2
const ROUNDS = 5
const LOAD = { clients: 64, seconds: 3 }
const GOAL = 2

/** Gifts a second on Postgres, whose rows can be fought for: between ten people, and between a thousand. */
export async function purses(folder: string): Promise<Findings> {
  if (!process.env["DATABASE_URL"]) return { rows: [], notes: ["purses: only with --postgres"] }
  const home = join(folder, "purses")
  await using ours = await startOurs(home)
  const people = await mint(home, PEOPLE, DIAMONDS)
  await admin(home, "switch", "test_account_check", "off")
  const load = (among: Account[]) => {
    const requests = among.map((giver, n) => giftOf(giver, among[(n * 7 + 3) % among.length]))
    return () => closedLoop(ours.port, requests, LOAD)
  }
  const [hot, spread] = [load(people.slice(0, HOT)), load(people)]
  await inTurn(WARM_UPS, hot, spread)
  // The table's second column is the spread load.
  const { ours: hotRuns, bare: spreadRuns } = await inTurn(ROUNDS, hot, spread)
  const [perSecond, spreadPerSecond] = [hotRuns, spreadRuns].map((runs) => median(runs, (run) => run.perSecond))
  const ratio = (spreadPerSecond ?? 0) / (perSecond ?? 1)
  const what = `gifts between ${HOT} people, against ${PEOPLE} (second column): requests/s`
  const row = { what, ours: (perSecond ?? 0).toFixed(0), bare: (spreadPerSecond ?? 0).toFixed(0) }
  return { rows: [{ ...row, ratio: times(ratio), goal: `<= ${times(GOAL)}`, met: ratio <= GOAL }], notes: [] }
}
