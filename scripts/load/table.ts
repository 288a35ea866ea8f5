/** One line of the table. `met` is left out where a figure has no goal; `loadShare` is the load generator's CPU share. */
export type Row = {
  what: string
  ours: string
  bare: string
  ratio?: string
  goal?: string
  met?: boolean
  loadShare?: number
}

/** What a section brings: its rows, and sentences that belong below the table. */
export type Findings = { rows: Row[]; notes: string[] }

/** Above this CPU share the load generator, not the server, may set the figure. */
const LOAD_SHARE_MAX = 0.9

const headings = ["what", "ours", "bare", "ratio", "goal", "", "load cpu"]

/** The ratio as printed: `2.31x`. */
export function times(ratio: number): string {
  return `${ratio.toFixed(2)}x`
}

/** The rows as aligned text columns, and one warning for each row in which the generator was too busy. */
export function render({ rows, notes }: Findings): string {
  const cells = rows.map((row) => [
    row.what,
    row.ours,
    row.bare,
    row.ratio ?? "-",
    row.goal ?? "-",
    row.met === undefined ? "" : row.met ? "ok" : "miss",
    row.loadShare === undefined ? "-" : percent(row.loadShare),
  ])
  const widths = headings.map((heading, i) => Math.max(heading.length, ...cells.map((row) => row[i]?.length ?? 0)))
  const line = (row: string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd()
  const busy = rows
    .filter((row) => (row.loadShare ?? 0) > LOAD_SHARE_MAX)
    .map((row) => `warning: the load generator used ${percent(row.loadShare ?? 0)} of its core in "${row.what}"`)
  return [line(headings), line(widths.map((width) => "-".repeat(width))), ...cells.map(line), ...notes, ...busy].join(
    "\n",
  )
}

/** A share of one core as printed: `42 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}
