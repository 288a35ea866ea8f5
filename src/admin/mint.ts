import { randomBytes } from "node:crypto"
import { addUser } from "../accounts/account.ts"
import { openSession } from "../accounts/session.ts"
import type { App } from "../app.ts"
import { write } from "../db/write.ts"
import { audit } from "./audit.ts"

/** Accounts made in one transaction. */
const batch = 200

/** Makes signed-in test accounts for load tests, handing out each batch once it is durable. */
export async function* mint(app: App, count: number): AsyncGenerator<{ userId: number; token: string }> {
  for (let made = 0; made < count; made += batch) {
    yield* await write(app, async (tx, after) => {
      const accounts = []
      for (let n = made; n < Math.min(count, made + batch); n++) {
        const account = `test_${randomBytes(8).toString("hex")}`
        const { id } = await addUser(app, tx, { account, isTest: true })
        accounts.push({ userId: id, token: await openSession(app, tx, after, id) })
      }
      const detail = { count: accounts.length }
      await audit(app, tx, { actor: "cli", act: "account.mint", target: "test accounts", detail })
      return accounts
    })
  }
}
