import { id, index, int, json, standingId, table, text, uniqueIndex } from "../db/kit.ts"

/** What operators did. Rows are only ever added, and each is chained to the one before it. */
export const auditLog = table(
  "audit_log",
  {
    id: id(),
    /** 1, 2, 3 and so on without a gap; null for rows from before the chain. */
    seq: int(),
    at: int().notNull(),
    /** `cli` for the command line, `token` for the operator's token, or `user 7`. */
    actor: text().notNull(),
    act: text().notNull(),
    target: text().notNull(),
    detail: json().notNull(),
    /** SHA-256 of the row and the hash of the one before it, as `chain.ts` makes it; null before the chain. */
    hash: text(),
  },
  (t) => [
    uniqueIndex("audit_log_seq").on(t.seq),
    index("audit_log_actor").on(t.actor, t.id),
    index("audit_log_act").on(t.act, t.id),
    index("audit_log_target").on(t.target, t.id),
  ],
)

/** Where the chain ends: one row. Without it the last acts could be cut off unseen. */
export const auditHead = table("audit_head", {
  id: standingId(),
  /** Of the last act; 0 and empty before the first. */
  seq: int().notNull(),
  hash: text().notNull(),
  /** Rows from before the chain. */
  unchained: int().notNull(),
})
