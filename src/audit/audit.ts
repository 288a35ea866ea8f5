import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { auditLog } from "./tables.ts"

export interface Act {
  /** `cli`, `token`, or a user as {@link actorOf} names one. */
  actor: string
  act: string
  target: string
  detail: Record<string, unknown>
}

/** How a user who acts for the operator stands in the log. */
export const actorOf = (userId: number) => `user ${userId}`

/** Writes an operator's act down in the transaction that carries it out. */
export async function audit(app: Pick<App, "now">, tx: Db, act: Act): Promise<void> {
  await tx
    .insert(auditLog)
    .values({ at: app.now(), ...act })
    .returning({ id: auditLog.id })
}
