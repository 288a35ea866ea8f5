import type { Row } from "../db/moment.ts"
import type { Report } from "./audit.ts"
import { logCheck } from "./operators_log.ts"

const whole = (value: number) => value.toLocaleString("en")

/** A report as the operator reads it. */
export function reportText({ findings, balances, differences, log, seconds }: Report): string {
  const checks = findings.map(({ name, looked, differences }) => [name, whole(looked), whole(differences)])
  const accounts = balances.map(({ currency, account, balance }) => [`${currency} ${account}`, whole(balance)])
  const wrong = findings.flatMap(({ name, examples }) => examples.map((row) => `${name}: ${line(row)}`))
  const broken = findings.find(({ name }) => name === logCheck)?.differences ?? 0
  return [
    ...table([["check", "rows", "differences"], ...checks]),
    "",
    ...table([["account", "balance"], ...accounts]),
    ...(wrong.length > 0 ? ["", "the first differences of each check:", ...wrong] : []),
    "",
    `The operators' log has ${whole(log.acts)} ${log.acts === 1 ? "act" : "acts"} and ends with ${log.hash || "nothing"}.`,
    ...(broken > 0 ? [`The operators' log is BROKEN: ${told(broken)}.`] : []),
    `${verdict(differences - broken)} (${seconds.toFixed(1)} s)`,
    "",
  ].join("\n")
}

function verdict(differences: number): string {
  if (differences === 0) return "The ledger adds up."
  return `The ledger does NOT add up: ${told(differences)}.`
}

const told = (differences: number) => `${whole(differences)} ${differences === 1 ? "difference" : "differences"}`

const line = (row: Row) =>
  Object.entries(row)
    .map(([name, value]) => `${name} ${value ?? "none"}`)
    .join(", ")

/** Lines of even columns; all but the first hold numbers. */
function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const cell = (text: string, at: number) => (at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0))
  return rows.map((row) => row.map(cell).join("  "))
}
