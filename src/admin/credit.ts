import { userById } from "../accounts/user.ts"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { write } from "../db/write.ts"
import { type Credit, credit } from "../wallet/credit.ts"

/** Gives a user something of the house's. @throws {Refusal} `account.unknown` */
export function creditUser(app: App, given: Credit): Promise<void> {
  return write(app, async (tx) => {
    const { id } = await userById(tx, given.userId)
    await credit(app, tx, given)
    const { actor, currency, amount, why } = given
    await audit(app, tx, { actor, act: "wallet.credit", target: `user ${id}`, detail: { currency, amount, why } })
  })
}
