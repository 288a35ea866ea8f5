import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { revive } from "../db/undelivered.ts"
import { write } from "../db/write.ts"
import { refuse } from "../refusal.ts"

/**
 * Has a promise tried again that was given up, from the first attempt on.
 *
 * @throws {Refusal} `payment.unknown_pack` for an id that is not one of a promise given up
 */
export function retryUndelivered(app: App, actor: string, id: number): Promise<void> {
  return write(app, async (tx, after) => {
    const row = await revive(tx, id, app.now())
    if (!row) refuse("payment.unknown_pack", { message: "Nothing of that number was given up." })
    await audit(app, tx, { actor, act: "outbox.retry", target: `outbox ${id}`, detail: { kind: row.kind } })
    after(() => app.outbox.wake())
  })
}
