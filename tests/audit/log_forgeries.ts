import type { Forgery } from "./books.ts"

const fails = ["the operators' log is unbroken"]
const last = "(SELECT max(seq) FROM audit_log)"

const act = (seq: string, hash: string) =>
  `INSERT INTO audit_log (seq, at, actor, act, target, detail, hash)
   SELECT ${seq}, at, actor, act, target, detail, ${hash} FROM audit_log WHERE seq = 2`

/** Ways in which what operators did could have been written anew. */
export const logForgeries: Forgery[] = [
  { what: "an operator's act that is gone", sql: () => ["DELETE FROM audit_log WHERE seq = 2"], fails },
  { what: "the first act gone", sql: () => ["DELETE FROM audit_log WHERE seq = 1"], fails },
  { what: "the last act gone", sql: () => [`DELETE FROM audit_log WHERE seq = ${last}`], fails },
  {
    what: "the last act gone, and the end of the log with it",
    sql: () => ["UPDATE audit_head SET seq = seq - 1", `DELETE FROM audit_log WHERE seq = ${last}`],
    fails,
  },
  {
    what: "an act gone, and those after it moved up",
    sql: () => [
      "DELETE FROM audit_log WHERE seq = 2",
      "UPDATE audit_log SET seq = seq - 1 WHERE seq > 2",
      "UPDATE audit_head SET seq = seq - 1",
    ],
    fails,
  },
  { what: "every act gone", sql: () => ["DELETE FROM audit_log"], fails },
  ...["at = at + 1", "actor = 'user 1'", "act = 'role.grant'", "target = 'nobody'", "detail = '{}'", "hash = ''"].map(
    (what) => ({
      what: `an act whose ${what.split(" ")[0]} is another`,
      sql: () => [`UPDATE audit_log SET ${what} WHERE seq = 2`],
      fails,
    }),
  ),
  {
    what: "two acts in each other's place",
    sql: () => ["UPDATE audit_log SET seq = 5 - seq WHERE seq IN (2, 3)"],
    fails,
  },
  { what: "an act that nobody did", sql: () => [act(`${last} + 1`, "hash")], fails },
  { what: "an act twice in one place", sql: () => [act("2", "hash")], fails },
  { what: "an act outside the chain", sql: () => [act("null", "null")], fails },
  { what: "an act before the first", sql: () => [act("0", "''")], fails },
  { what: "a log whose end is lost", sql: () => ["DELETE FROM audit_head"], fails },
  {
    what: "a log with two ends",
    sql: () => ["INSERT INTO audit_head (seq, hash, unchained) SELECT seq, hash, unchained FROM audit_head"],
    fails,
  },
]
