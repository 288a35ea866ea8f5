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
  let looked = 0
  // Each row is held against the one before as that stands now, so that one forgery is one difference.
  let former = { seq: 0, id: 0, hash: beginning }
  for await (const row of rowsOf(moment)) {
    looked += 1
    const { seq, id, hash } = placeOf(row)
    const next = former.seq + 1
    if (seq === former.seq) wrong(seq, "twice")
    else if (seq > next) wrong(next, seq > next + 1 ? `missing, and all up to ${seq - 1}` : "missing")
    else if (hash !== hashOf(former.hash, linkIn(row))) wrong(seq, "not as it was written")
    if (id < former.id) wrong(seq, "out of its place")
    former = { seq, id, hash }
  }
  const { seq, hash } = former
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
  let last = { seq: 1, id: 0 }
  while (true) {
    const rows = await moment.rows(`
      select id, seq, at, actor, act, target, detail, hash from audit_log
      where seq >= ${last.seq} and (seq > ${last.seq} or id > ${last.id})
      order by seq, id limit ${batch}`)
    yield* rows
    const end = rows.at(-1)
    if (!end || rows.length < batch) return
    last = placeOf(end)
  }
}

const placeOf = (row: Row) => ({ seq: Number(row["seq"]), id: Number(row["id"]), hash: String(row["hash"]) })

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
