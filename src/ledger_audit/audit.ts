import type { App } from "../app.ts"
import { atOneMoment } from "../db/moment.ts"
import type { Cause } from "../wallet/ledger.ts"
import { transfersFit, transfersOnce, walletsHold } from "./accounts.ts"
import { type Balance, balancesOf, sumsToZero } from "./balances.ts"
import { type Check, type Finding, perform } from "./check.ts"
import { betChecks } from "./games.ts"
import { giftChecks } from "./gifts.ts"
import { creditChecks, exchangeChecks } from "./grants.ts"
import { type LogEnd, logIsUnbroken } from "./operators_log.ts"
import { chargeChecks } from "./purchases.ts"
import { refundChecks } from "./refunds.ts"
import { onlineChecks, signInChecks, taskChecks } from "./rewards.ts"
import { earningsCheck, totalChecks } from "./totals.ts"
import { withdrawalChecks } from "./withdrawals.ts"

export interface Report {
  /** Over all checks; the ledger is proven when there is none. */
  differences: number
  seconds: number
  findings: Finding[]
  balances: Balance[]
  log: LogEnd
}

/** No transfer may have another cause: whoever adds one says here what it calls for. */
const byCause: Record<Cause, Check[]> = {
  gift: giftChecks,
  charge: chargeChecks,
  refund: refundChecks,
  credit: creditChecks,
  exchange: exchangeChecks,
  withdrawal: withdrawalChecks,
  task: taskChecks,
  sign_in: signInChecks,
  online: onlineChecks,
  bet: betChecks,
}

const checks: Check[] = [
  walletsHold,
  transfersFit(Object.keys(byCause)),
  transfersOnce,
  ...Object.values(byCause).flat(),
  ...totalChecks,
]

/**
 * Proves from the rows, as they are at one moment, that no unit was made, lost or doubled, and that what operators did is all
 * written down still.
 *
 * @throws when the database cannot be read, or is not at this program's version
 */
export async function auditLedger(app: Pick<App, "calendar" | "config" | "now">): Promise<Report> {
  const begun = performance.now()
  return atOneMoment(app.config, async (moment) => {
    const balances = await balancesOf(moment)
    const findings = [sumsToZero(balances)]
    for (const check of [...checks, await earningsCheck(app, moment)]) findings.push(await perform(moment, check))
    const log = await logIsUnbroken(moment)
    findings.push(log.finding)
    return {
      differences: findings.reduce((sum, { differences }) => sum + differences, 0),
      seconds: (performance.now() - begun) / 1_000,
      findings,
      balances,
      log: log.end,
    }
  })
}
