import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { type Cause, type Currency, transfer, type UserAccount } from "./ledger.ts"

/** By the currency's number, what a transfer of it is called, and the account: what is given is bonus, or giving would print money. */
const given: Record<Currency, { leg: string; account: UserAccount }> = {
  1: { leg: "diamond", account: "diamondBonus" },
  2: { leg: "rice", account: "riceBonus" },
  3: { leg: "score", account: "score" },
}

export interface Issue {
  cause: Cause
  /** The row that caused it. */
  causeId: number
  userId: number
  currency: Currency
  amount: number
}

/** Gives a user something that nobody paid for, inside a write; once for each row that causes it. */
export function issue(
  app: Pick<App, "now">,
  tx: Db,
  { cause, causeId, userId, currency, amount }: Issue,
): Promise<void> {
  const { leg, account } = given[currency]
  const [from, to] = [{ account: "issued" }, { account, user: userId }] as const
  return transfer(app, tx, { cause, causeId, leg, currency, amount, from, to })
}
