import { exactly, house, usersOwn } from "./cause.ts"
import { addsUp, type Check } from "./check.ts"

const when = (state: string, amount: string) => `case when source.state = '${state}' then ${amount} else 0 end`
const held = usersOwn("holds", "source.user_id")
const owners = usersOwn("rice", "source.user_id")

const legs = exactly({
  cause: "withdrawal",
  table: "withdrawals",
  noun: "withdrawal",
  legs: [
    { name: "hold", currency: "rice", amount: "source.rice", from: owners, to: held },
    {
      name: "payout",
      currency: "rice",
      amount: when("paid", "source.rice - source.fee_rice"),
      from: held,
      to: house("paid"),
    },
    { name: "fee", currency: "rice", amount: when("paid", "source.fee_rice"), from: held, to: house("fees") },
    { name: "return", currency: "rice", amount: when("rejected", "source.rice"), from: held, to: owners },
  ],
})

const holds = addsUp(
  "what is held waits for a decision",
  ["user"],
  `select to_user as "user", amount as total from transfers where to_account = 'holds'
    union all select from_user, -amount from transfers where from_account = 'holds'`,
  `select user_id as "user", rice as amount from withdrawals where state = 'pending'`,
)

export const withdrawalChecks: Check[] = [...legs, holds]
