import type { App } from "../app.ts"
import type { Db } from "../db/query.ts"
import { refuse } from "../refusal.ts"
import { type Cause, currencies, type HouseAccount, transfer } from "./ledger.ts"
import type { Wallet } from "./wallet.ts"

interface Spending {
  amount: number
  cause: Cause
  causeId: number
  to: HouseAccount
}

/** How diamonds were paid: bonus ones are spent first. */
export interface Split {
  bonus: number
  bought: number
}

/** How a wallet would pay so many diamonds. @throws {Refusal} `wallet.diamonds_short` */
export function splitOf({ diamond, diamondBonus }: Wallet, amount: number): Split {
  const bonus = Math.min(diamondBonus, amount)
  const bought = amount - bonus
  if (bought > diamond) refuse("wallet.diamonds_short")
  return { bonus, bought }
}

/**
 * Takes diamonds out of a wallet that the write holds.
 *
 * @throws {Refusal} `wallet.diamonds_short`
 */
export async function spendDiamonds(app: App, tx: Db, wallet: Wallet, spending: Spending): Promise<Split> {
  const split = splitOf(wallet, spending.amount)
  const { cause, causeId, to } = spending
  const movement = { cause, causeId, currency: currencies.diamond, to: { account: to } } as const
  const user = wallet.userId
  if (split.bonus > 0) {
    const from = { account: "diamondBonus", user } as const
    await transfer(app, tx, { ...movement, leg: "diamond bonus", amount: split.bonus, from })
  }
  if (split.bought > 0) {
    const from = { account: "diamond", user } as const
    await transfer(app, tx, { ...movement, leg: "diamond", amount: split.bought, from })
  }
  return split
}
