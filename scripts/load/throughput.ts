import { median } from "./stats.ts"
import { type Row, times } from "./table.ts"

type Run = { perSecond: number; loadShare: number }

/** The row of a closed loop: requests a second on both sides, ours over bare, and a goal for that ratio if there is one. */
export function throughputRow(what: string, { ours, bare }: { ours: Run[]; bare: Run[] }, goal?: number): Row {
  const perSecond = (runs: Run[]) => median(runs, (run) => run.perSecond)
  const ratio = perSecond(ours) / perSecond(bare)
  return {
    what,
    ours: perSecond(ours).toFixed(0),
    bare: perSecond(bare).toFixed(0),
    ratio: times(ratio),
    ...(goal !== undefined && { goal: `>= ${times(goal)}`, met: ratio >= goal }),
    loadShare: median([...ours, ...bare], (run) => run.loadShare),
  }
}
