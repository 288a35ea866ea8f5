import { currencies, type UserAccount } from "../wallet/ledger.ts"
import { exactly, house, usersOwn } from "./cause.ts"
import { addsUp, type Check } from "./check.ts"

/** The account that each currency is credited to. */
const accounts: Record<keyof typeof currencies, UserAccount> = {
  diamond: "diamondBonus",
  rice: "riceBonus",
  score: "score",
}

export const creditChecks: Check[] = exactly({
  cause: "credit",
  table: "credits",
  noun: "credit",
  legs: (["diamond", "rice", "score"] as const).map((currency) => ({
    name: currency,
    currency,
    amount: `case when source.currency = ${currencies[currency]} then source.amount else 0 end`,
    from: house("issued"),
    to: usersOwn(accounts[currency], "source.user_id"),
  })),
})

/** How an exchange was paid, in bonus diamonds or others, it does not tell: only what both come to. */
const exchanges = exactly({
  cause: "exchange",
  table: "exchanges",
  noun: "exchange",
  legs: [
    {
      name: "diamond bonus",
      currency: "diamond",
      amount: "source.diamonds",
      atMost: true,
      from: usersOwn("diamondBonus", "source.user_id"),
      to: house("exchange"),
    },
    {
      name: "diamond",
      currency: "diamond",
      amount: "source.diamonds",
      atMost: true,
      from: usersOwn("diamond", "source.user_id"),
      to: house("exchange"),
    },
    {
      name: "score",
      currency: "score",
      amount: "source.score",
      from: house("exchange"),
      to: usersOwn("score", "source.user_id"),
    },
  ],
})

const price = addsUp(
  "every exchange was paid",
  ["exchange"],
  "select id as exchange, diamonds as total from exchanges",
  `select cause_id as exchange, amount from transfers where cause = 'exchange' and currency = ${currencies.diamond}`,
)

export const exchangeChecks: Check[] = [...exchanges, price]
