import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { currencies, transfer } from "./ledger.ts"
import { credits } from "./tables.ts"

/** The account that each currency is credited to: what is given is bonus, or giving would print money. */
const accounts = { diamond: "diamondBonus", rice: "riceBonus", score: "score" } as const

export interface Credit {
  userId: number
  currency: keyof typeof accounts
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
  await transfer(app, tx, {
    cause: "credit",
    causeId: row?.id ?? refuse("server.unexpected"),
    leg: currency,
    currency: currencies[currency],
    amount,
    from: { account: "issued" },
    to: { account: accounts[currency], user: userId },
  })
}
