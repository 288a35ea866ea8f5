import { refuse } from "../refusal.ts"
import { type Cause, currencies, type HouseAccount, type Transfer } from "./ledger.ts"
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

/** The transfers that take so many diamonds out of a wallet. @throws {Refusal} `wallet.diamonds_short` */
export function diamondLegs(wallet: Wallet, { amount, cause, causeId, to }: Spending): Transfer[] {
  const { bonus, bought } = splitOf(wallet, amount)
  const movement = { cause, causeId, currency: currencies.diamond, to: { account: to } } as const
  const user = wallet.userId
  const legs: Transfer[] = []
  if (bonus > 0)
    legs.push({ ...movement, leg: "diamond bonus", amount: bonus, from: { account: "diamondBonus", user } })
  if (bought > 0) legs.push({ ...movement, leg: "diamond", amount: bought, from: { account: "diamond", user } })
  return legs
}
