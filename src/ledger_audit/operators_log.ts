import { beginning, hashOf } from "../audit/chain.ts"
import type { Moment, Row } from "../db/moment.ts"
import { examplesMax, type Finding } from "./check.ts"

/** Rows of the log that are in memory at once. */
const batch = 5_000

export const logCheck = "the operators' log is unbroken"

/** Where the operators' log ends. Whoever keeps this elsewhere finds out whether the log was written anew since. */
export interface LogEnd {
  acts: number
  hash: string
}

interface Head {
  seq: number
  hash: string
  unchained: number
}

/**
 * Goes through the operators' log from its first row: every row must be there, in its place and as it was written, up to the
 * one at which the chain ends.
 */
export async function logIsUnbroken(moment: Moment): Promise<{ finding: Finding; end: LogEnd }> {
  const examples: Row[] = []
  let differences = 0
  const wrong = (act: number, why: string) => {
    differences += 1
    if (examples.length < examplesMax) examples.push({ act, why })
  }
  let [looked, seq, id, hash] = [0, 0, 0, beginning]
  for await (const row of rowsOf(moment)) {
    looked += 1
    const at = Number(row["seq"])
    if (at !== seq + 1) wrong(seq + 1, at > seq + 2 ? `missing, and all up to ${at - 1}` : "missing")
    else if (row["hash"] !== hashOf(hash, linkIn(row))) wrong(at, "not as it was written")
    if (Number(row["id"]) < id)
      wrong(at, "out of its place")
      // Each row is held against the one before as that stands now, so that one forgery is one difference.
    ;[seq, id, hash] = [at, Number(row["id"]), String(row["hash"])]
  }
  const head = await headOf(moment)
  if (!head) wrong(seq, "where the log ends is not known")
  else if (head.seq !== seq || head.hash !== hash) wrong(head.seq, "not where the log ends")
  const loose = await looseRows(moment)
  if (head && loose !== head.unchained) wrong(0, `${loose} outside the chain, not ${head.unchained}`)
  return {
    finding: { name: logCheck, looked, differences, examples },
    end: { acts: seq, hash },
  }
}

async function* rowsOf(moment: Moment): AsyncGenerator<Row> {
  let last = 0
  while (true) {
    const rows = await moment.rows(
      `select id, seq, at, actor, act, target, detail, hash from audit_log where seq > ${last} order by seq limit ${batch}`,
    )
    yield* rows
    if (rows.length < batch) return
    last = Number(rows.at(-1)?.["seq"])
  }
}

const linkIn = (row: Row) => ({
  seq: Number(row["seq"]),
  at: Number(row["at"]),
  actor: String(row["actor"]),
  act: String(row["act"]),
  target: String(row["target"]),
  detail: String(row["detail"]),
})

async function headOf(moment: Moment): Promise<Head | undefined> {
  const [row, ...others] = await moment.rows("select seq, hash, unchained from audit_head")
  if (!row || others.length > 0) return undefined
  return { seq: Number(row["seq"]), hash: String(row["hash"]), unchained: Number(row["unchained"]) }
}

/** Rows from before the chain, and such as were slipped in without a place in it. */
async function looseRows(moment: Moment): Promise<number> {
  const [row] = await moment.rows("select count(*) as loose from audit_log where seq is null or seq < 1")
  return Number(row?.["loose"])
}
