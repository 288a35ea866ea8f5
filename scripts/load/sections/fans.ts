import { join } from "node:path"
import { callInProcess, mint, runFandom } from "../servers.ts"
import { quantile } from "../stats.ts"
import { type Findings, type Row, times } from "../table.ts"

const FANS = 1_000_000
const FOLLOWERS = 5_000
const PAGES = 5_000
/** The first calls, which are not counted: code and pages of the database are not warm yet. */
const WARM_UPS = 500
const DEEP = 20_000
const GOAL_MS = 1
const GOAL_RATIO = 2

/** How long it takes, within the process, to become one more fan of somebody with a million, and to list them. */
export async function fans(folder: string): Promise<Findings> {
  if (process.env["DATABASE_URL"]) return { rows: [], notes: ["fans: only without --postgres"] }
  const home = join(folder, "fans")
  const [star, ...followers] = await mint(home, 1 + FOLLOWERS)
  if (!star) throw new Error("nobody was minted")
  const before = await runFandom(home, star, FANS, DEEP)

  const follow = followers.map(({ token }) => ({ path: "/focus/focus_other", form: { token, oid: star.uid } }))
  const [following = []] = await callInProcess(home, [follow])
  const pages = (query: string) => Array(PAGES).fill({ path: `/focus/fans_list?token=${star.token}${query}` })
  const [first = [], deep = []] = await callInProcess(home, [pages(""), pages(`&before=${before}`)])

  const p50 = (delays: number[]) => quantile(delays.slice(WARM_UPS), 0.5)
  const [followMs, firstMs, deepMs] = [p50(following), p50(first), p50(deep)]
  const ratio = Math.max(firstMs, deepMs) / Math.min(firstMs, deepMs)
  const ms = (figure: number) => figure.toFixed(3)
  const rows: Row[] = [
    { what: "focus_other: p50 ms", ours: ms(followMs), bare: "-", goal: `< ${GOAL_MS}`, met: followMs < GOAL_MS },
    { what: "fans_list, first page: p50 ms", ours: ms(firstMs), bare: "-" },
    {
      what: `fans_list, ${DEEP} rows deep: p50 ms`,
      ours: ms(deepMs),
      bare: "-",
      ratio: times(ratio),
      goal: `<= ${times(GOAL_RATIO)}`,
      met: ratio <= GOAL_RATIO,
    },
  ]
  return {
    rows,
    notes: [
      `fans: one person with ${FANS} fans, drawn by scripts/load/fandom.ts; called within the process, from the sources`,
    ],
  }
}
