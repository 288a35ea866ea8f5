import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { auditLog } from "./tables.ts"

export interface Act {
  /** `cli`, or the acting user's id. */
  actor: string
  act: string
  target: string
  detail: Record<string, unknown>
}

/** Writes an operator's act down in the transaction that carries it out. */
export async function audit(app: Pick<App, "now">, tx: Db, act: Act): Promise<void> {
  await tx
    .insert(auditLog)
    .values({ at: app.now(), ...act })
    .returning({ id: auditLog.id })
}
