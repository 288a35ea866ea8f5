import { eq } from "drizzle-orm"
import type { App } from "../app.ts"
import { held } from "../db/lock.ts"
import { type Db, query } from "../db/query.ts"
import { hashOf } from "./chain.ts"
import { auditHead, auditLog } from "./tables.ts"

export interface Act {
  /** `cli`, `token`, or a user as {@link actorOf} names one. */
  actor: string
  act: string
  target: string
  /** Numbers and words of the operator's, never a secret or what a document says. */
  detail: Record<string, unknown>
}

/** How a user who acts for the operator stands in the log. */
export const actorOf = (userId: number) => `user ${userId}`

const heldHead = query()((db) => held(db.select().from(auditHead)).prepare())

/**
 * Writes an operator's act down in the transaction that carries it out. Acts take turns from here to the end of their
 * transactions, since each row is chained to the one before it: what a transaction has to wait for, it holds already.
 *
 * @throws when the end of the chain is lost: nobody acts unseen
 */
export async function audit(app: Pick<App, "now">, tx: Db, act: Act): Promise<void> {
  const [head] = await heldHead(tx, {})
  if (!head) throw new Error("The end of the operators' log is lost; see mili audit.")
  const entry = { seq: head.seq + 1, at: app.now(), ...act }
  const hash = hashOf(head.hash, { ...entry, detail: JSON.stringify(act.detail) })
  await tx
    .insert(auditLog)
    .values({ ...entry, hash })
    .returning({ id: auditLog.id })
  await tx
    .update(auditHead)
    .set({ seq: entry.seq, hash })
    .where(eq(auditHead.id, head.id))
    .returning({ id: auditHead.id })
}
