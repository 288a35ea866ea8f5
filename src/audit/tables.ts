import { id, int, json, table, text } from "../db/kit.ts"

/** What operators did. Rows are only ever added. */
export const auditLog = table("audit_log", {
  id: id(),
  at: int().notNull(),
  /** `cli` for the command line, `token` for the operator's token, or `user 7`. */
  actor: text().notNull(),
  act: text().notNull(),
  target: text().notNull(),
  detail: json().notNull(),
})
