import { exactly, house, usersOwn } from "./cause.ts"
import { type Check, oneIf } from "./check.ts"

const bought = "case when source.state in ('credited', 'refunded') then source.diamonds else 0 end"

/** An order's diamonds; a debt of the buyer's is paid from them, which the order does not tell. */
const charges = exactly({
  cause: "charge",
  table: "orders",
  noun: "order",
  legs: [
    {
      name: "diamond",
      currency: "diamond",
      amount: bought,
      from: house("issued"),
      to: { account: "case when source.sandbox then 'diamondBonus' else 'diamond' end", user: "source.user_id" },
    },
    {
      name: "debt",
      currency: "diamond",
      amount: `case when source.sandbox then 0 else ${bought} end`,
      atMost: true,
      from: usersOwn("diamond", "source.user_id"),
      to: usersOwn("debts", "source.user_id"),
    },
  ],
})

const paidOnce: Check = {
  name: "no payment was credited twice",
  lines: `
    select provider, transaction_id, count(*) as orders, ${oneIf("count(*) > 1")} as wrong
    from orders where transaction_id is not null
    group by provider, transaction_id`,
}

export const chargeChecks: Check[] = [...charges, paidOnce]
