import type { Moment, Row } from "../db/moment.ts"

/** Something that holds of every row looked at, or a unit was made, lost or doubled. */
export interface Check {
  /** What holds, as the operator reads it. */
  name: string
  /**
   * A query that both engines understand, of a line for everything looked at: what it is and the numbers concerned, and
   * `wrong`, which is 1 where the check fails and else 0.
   */
  lines: string
}

export interface Finding {
  name: string
  /** Lines looked at. */
  looked: number
  differences: number
  /** The first lines that are wrong. */
  examples: Row[]
}

/** Wrong lines that are shown of one check. */
export const examplesMax = 5

/** Makes a check; the lines are counted by the database and only wrong ones are fetched. */
export async function perform(moment: Moment, { name, lines }: Check): Promise<Finding> {
  const [sum] = await moment.rows(
    `select count(*) as looked, coalesce(sum(wrong), 0) as differences from (${lines}) as lines`,
  )
  const differences = Number(sum?.["differences"])
  return {
    name,
    looked: Number(sum?.["looked"]),
    differences,
    examples: differences === 0 ? [] : await examplesOf(moment, lines),
  }
}

async function examplesOf(moment: Moment, lines: string): Promise<Row[]> {
  const rows = await moment.rows(`select * from (${lines}) as lines where wrong = 1 order by 1 limit ${examplesMax}`)
  return rows.map(({ wrong: _, ...row }) => row)
}

/** SQL that is 1 where a condition holds; one that is neither true nor false counts as not. */
export const oneIf = (condition: string) => `case when ${condition} then 1 else 0 end`

/** SQL that is 0 where a condition holds and 1 where it does not, or cannot be told. */
export const zeroIf = (condition: string) => `case when ${condition} then 0 else 1 end`

/** An SQL list of names: none of them has a quote in it. */
export const listOf = (names: readonly string[]) => names.map((name) => `'${name}'`).join(", ")

/**
 * A check that running totals are what the rows say they add up to.
 *
 * @param of the columns that tell one total from another
 * @param kept a query of those columns and `total`, the running totals
 * @param rows a query of those columns and `amount`, what was added to them
 */
export function addsUp(name: string, of: string[], kept: string, rows: string): Check {
  const columns = of.map((column) => `"${column}"`).join(", ")
  return {
    name,
    lines: `
      select ${columns}, sum(total) as total, sum(amount) as adds_up_to, ${oneIf("sum(total) <> sum(amount)")} as wrong
      from (
        select ${columns}, total, 0 as amount from (${kept}) as kept
        union all
        select ${columns}, 0, amount from (${rows}) as added
      ) as both_sides
      group by ${columns}`,
  }
}
