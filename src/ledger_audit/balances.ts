import type { Moment } from "../db/moment.ts"
import { currencies } from "../wallet/ledger.ts"
import { userAccounts } from "./accounts.ts"
import { type Finding, listOf } from "./check.ts"

/** What lies in an account of the house, or in all the users' accounts of a kind together. */
export interface Balance {
  currency: string
  account: string
  balance: number
}

const users = listOf(Object.keys(userAccounts))

/** The house's balances are what the transfers say, the users' what their wallets say. */
export async function balancesOf(moment: Moment): Promise<Balance[]> {
  const rows = await moment.rows(`
    select currency, account, sum(amount) as balance
    from (
      select currency, to_account as account, amount from transfers where to_account not in (${users})
      union all
      select currency, from_account, -amount from transfers where from_account not in (${users})
      union all select ${currencies.diamond}, 'diamond', diamond from wallets
      union all select ${currencies.diamond}, 'diamondBonus', diamond_bonus from wallets
      union all select ${currencies.rice}, 'rice', rice from wallets
      union all select ${currencies.rice}, 'riceBonus', rice_bonus from wallets
      union all select ${currencies.score}, 'score', score from wallets
    ) as movements
    group by currency, account
    order by currency, account`)
  return rows.map(({ currency, account, balance }) => ({
    currency: nameOf(Number(currency)),
    account: String(account),
    balance: Number(balance),
  }))
}

const nameOf = (number: number) =>
  Object.entries(currencies).find(([, one]) => one === number)?.[0] ?? `currency ${number}`

/** Whatever was issued must lie somewhere. */
export function sumsToZero(balances: Balance[]): Finding {
  const sums = new Map<string, number>()
  for (const { currency, balance } of balances) sums.set(currency, (sums.get(currency) ?? 0) + balance)
  const examples = [...sums].filter(([, sum]) => sum !== 0).map(([currency, sum]) => ({ currency, sum }))
  return {
    name: "every currency sums to zero over all accounts",
    looked: balances.length,
    differences: examples.length,
    examples,
  }
}
