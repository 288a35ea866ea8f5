import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { issue } from "./issue.ts"
import { currencies } from "./ledger.ts"
import { credits } from "./tables.ts"

export interface Credit {
  userId: number
  currency: keyof typeof currencies
  amount: number
  /** The operator who gives it, and why. */
  actor: string
  why: string
}

/** Gives a user something of the house's, inside a write. */
export async function credit(app: App, tx: Db, { userId, currency, amount, actor, why }: Credit): Promise<void> {
  const [row] = await tx
    .insert(credits)
    .values({ userId, currency: currencies[currency], amount, actor, why, createdAt: app.now() })
    .returning({ id: credits.id })
  const causeId = row?.id ?? refuse("server.unexpected")
  await issue(app, tx, { cause: "credit", causeId, userId, currency: currencies[currency], amount })
}
