import { join } from "node:path"
import { type FullRoom, openRooms } from "../pair.ts"
import { inTurn, median } from "../stats.ts"
import { type Findings, percent, type Row, times } from "../table.ts"
import { delays, type Pace, type Talk, talk } from "../talk.ts"

const SOCKETS = 1_000
const ROUNDS = 3
// Long enough for both to run compiled code, and at the pace measured first: a server in the middle of its evening.
const WARM_UP: Pace = { perSecond: 500, seconds: 25 }
// Two seconds of the fastest are already four million deliveries, which a saturated server needs several more to send.
const PACES: (Pace & Goals)[] = [
  { perSecond: 500, seconds: 6, cheaper: 4, p99Ms: 50 },
  { perSecond: 2_000, seconds: 2 },
  { perSecond: 100, seconds: 4 },
  { perSecond: 50, seconds: 4, cheaper: 1 },
]

interface Goals {
  /** How many times less CPU a delivery should cost than the bare server's. */
  cheaper?: number
  p99Ms?: number
}

/** One room of 1,000 sockets: what a delivery costs, how late it is, and whether all arrive. */
export async function rooms(folder: string): Promise<Findings> {
  await using pair = await openRooms(join(folder, "rooms"), SOCKETS)
  const { ours, bare } = pair
  await inTurn(
    1,
    () => talk(ours.audience, WARM_UP),
    () => talk(bare.audience, WARM_UP),
  )

  const found: Findings = { rows: [], notes: [] }
  for (const pace of PACES) {
    const runs = await inTurn(
      ROUNDS,
      () => costed(ours, pace),
      () => costed(bare, pace),
    )
    found.rows.push(...rowsOf(pace, runs))
  }
  for (const [side, { audience }] of Object.entries({ ours, bare })) {
    const [code] = audience.closeCodes
    if (code !== undefined)
      found.notes.push(`rooms: ${side} closed ${audience.closeCodes.length} of its sockets, the first with ${code}`)
  }
  return found
}

type CostedTalk = Talk & { cpuSeconds: number }

async function costed({ server, audience }: FullRoom, pace: Pace): Promise<CostedTalk> {
  const before = server.cpuSeconds()
  const result = await talk(audience, pace)
  return { ...result, cpuSeconds: server.cpuSeconds() - before }
}

function rowsOf(
  { perSecond, cheaper, p99Ms }: Pace & Goals,
  { ours, bare }: { ours: CostedTalk[]; bare: CostedTalk[] },
): Row[] {
  const cost = (runs: CostedTalk[]) => median(runs, (run) => (run.cpuSeconds * 1e6) / run.deliveries)
  const share = (runs: CostedTalk[]) => percent(median(runs, (run) => run.cpuSeconds / run.seconds))
  const missing = (runs: CostedTalk[]) => runs.reduce((sum, run) => sum + run.missing, 0)
  const what = `room of ${SOCKETS}, ${perSecond} messages/s`
  const ratio = cost(bare) / cost(ours)
  const late = median(ours, (run) => run.p99Ms)
  return [
    {
      what: `${what}: CPU us a delivery`,
      ours: `${cost(ours).toFixed(2)} (${share(ours)})`,
      bare: `${cost(bare).toFixed(2)} (${share(bare)})`,
      ratio: times(ratio),
      ...(cheaper !== undefined && { goal: `>= ${times(cheaper)}`, met: ratio >= cheaper }),
      loadShare: median([...ours, ...bare], (run) => run.loadShare),
    },
    {
      what: `${what}: delay p50 / p99 ms`,
      ours: delays(ours),
      bare: delays(bare),
      ...(p99Ms !== undefined && { goal: `p99 < ${p99Ms}`, met: late < p99Ms }),
    },
    {
      what: `${what}: deliveries missing`,
      ours: String(missing(ours)),
      bare: String(missing(bare)),
      goal: "0",
      met: missing(ours) === 0,
    },
  ]
}
