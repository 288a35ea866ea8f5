import { randomBytes } from "node:crypto"
import { addUser } from "../accounts/account.ts"
import { openSession } from "../accounts/session.ts"
import type { App } from "../app.ts"
import { audit } from "../audit/audit.ts"
import { write } from "../db/write.ts"
import { credit } from "../wallet/credit.ts"

/** Accounts made in one transaction. */
const batch = 200

/** Makes signed-in test accounts for load tests, each with so many diamonds, handing out each batch once it is durable. */
export async function* mint(app: App, count: number, diamonds = 0): AsyncGenerator<{ userId: number; token: string }> {
  for (let made = 0; made < count; made += batch) {
    yield* await write(app, async (tx, after) => {
      const accounts = []
      for (let n = made; n < Math.min(count, made + batch); n++) {
        const account = `test_${randomBytes(8).toString("hex")}`
        const { id } = await addUser(app, tx, { account, isTest: true })
        const given = { userId: id, currency: "diamond", amount: diamonds, actor: "cli", why: "load test" } as const
        if (diamonds > 0) await credit(app, tx, given)
        accounts.push({ userId: id, token: await openSession(app, tx, after, id) })
      }
      const detail = { count: accounts.length, diamonds }
      await audit(app, tx, { actor: "cli", act: "account.mint", target: "test accounts", detail })
      return accounts
    })
  }
}
