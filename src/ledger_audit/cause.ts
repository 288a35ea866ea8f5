import { type Cause, currencies, type HouseAccount, type UserAccount } from "../wallet/ledger.ts"
import { type Check, oneIf, zeroIf } from "./check.ts"

/** One end of a transfer, in SQL. */
interface End {
  account: string
  user: string
}

export const usersOwn = (account: UserAccount | "holds" | "debts", user: string): End => ({
  account: `'${account}'`,
  user,
})
export const house = (account: HouseAccount): End => ({ account: `'${account}'`, user: "null" })

/** A transfer that a row calls for; `source` is the row's name in SQL, and `made` the transfer's. */
export interface Leg {
  name: string
  currency: keyof typeof currencies
  /** SQL for how much the row calls for; nothing when that is not above zero. */
  amount: string
  /** The leg may be missing or smaller: the row tells only the most. */
  atMost?: true
  from: End
  to: End
}

export interface CausedBy {
  cause: Cause
  /** The table whose rows cause it. */
  table: string
  /** One row of it, as the operator reads it. */
  noun: string
  legs: Leg[]
}

/** What a transfer of a cause must be for one of its row's legs. The key comes last: it is the dearest to compare. */
export function matches(cause: Cause, key: string, { currency, amount, atMost, from, to }: Omit<Leg, "name">): string {
  return `made.currency = ${currencies[currency]} and made.from_account = ${from.account} and made.to_account = ${to.account}
    and made.amount ${atMost ? "<=" : "="} ${amount}
    and made.from_user is not distinct from ${from.user} and made.to_user is not distinct from ${to.user}
    and made.key = '${cause} ' || made.cause_id || ' ' || ${key}`
}

/**
 * Two checks which, with no key standing twice, prove that the rows have exactly the transfers that they call for: every
 * transfer is one of its row's, and every row has as many as it calls for.
 */
export function exactly({ cause, table, noun, legs }: CausedBy): Check[] {
  const oneOfThem = legs.map((leg) => `(${matches(cause, `'${leg.name}'`, leg)})`).join(" or ")
  const needed = legs.filter(({ atMost }) => !atMost)
  const calledFor = needed.map(({ amount }) => oneIf(`${amount} > 0`)).join(" + ")
  const keys = needed.map(({ name }) => `'${cause} ' || cause_id || ' ${name}'`).join(", ")
  const counted = needed.length === legs.length ? "count(*)" : `sum(${oneIf(`key in (${keys})`)})`
  return [
    {
      name: `every ${cause} transfer belongs to its ${noun}`,
      lines: `
        select made.id as transfer, made.key, made.amount, made.from_user, made.to_user,
          ${zeroIf(`source.id is not null and (${oneOfThem})`)} as wrong
        from transfers as made left join ${table} as source on source.id = made.cause_id
        where made.cause = '${cause}'`,
    },
    {
      name: `every ${noun} has its ${cause} transfers`,
      lines: `
        select source.id as "${noun}", ${calledFor} as called_for, coalesce(made.legs, 0) as made,
          ${oneIf(`${calledFor} <> coalesce(made.legs, 0)`)} as wrong
        from ${table} as source
        left join (
          select cause_id, ${counted} as legs from transfers where cause = '${cause}' group by cause_id
        ) as made on made.cause_id = source.id`,
    },
  ]
}
