import { constants, setPriority } from "node:os"
import type { App } from "../app.ts"
import { auditLedger } from "./audit.ts"
import { reportText } from "./report.ts"

/**
 * Runs `mili audit [--json]`, beside a running server if there is one, whose work goes first.
 *
 * @returns the exit code: 0 when the ledger adds up and the operators' log is unbroken, else 1
 * @throws with a sentence for the operator when the database cannot be read, or is not at this program's version
 */
export async function runAudit(
  app: Pick<App, "calendar" | "config" | "now">,
  args: string[],
  print: (text: string) => void,
): Promise<number> {
  const [form] = args
  if (form !== undefined && form !== "--json") throw new Error(`There is no "mili audit ${form}", only --json.`)
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  const report = await auditLedger(app)
  print(form === "--json" ? `${JSON.stringify(report)}\n` : reportText(report))
  return report.differences === 0 ? 0 : 1
}
