import { house, type Leg, matches, usersOwn } from "./cause.ts"
import { addsUp, type Check, oneIf, zeroIf } from "./check.ts"

const digits = "'0123456789'"
const leadingDigits = (text: string) => `substr(${text}, 1, length(${text}) - length(ltrim(${text}, ${digits})))`
/** A number too long to be one of ours is none; the cast of it could fail. */
const number = (text: string) => `case when length(${text}) between 1 and 15 then cast(${text} as bigint) end`

/**
 * Every refund transfer with what its key says after the order: `2 gift 57 rice` is the leg ` gift rice` of the second
 * refund, from gift 57.
 */
const refundLegs = `(
  select id, key, cause_id, currency, amount, from_account, from_user, to_account, to_user, turn, gift,
    case when gift is null then tail else ' gift' || ltrim(substr(tail, 7), ${digits}) end as leg
  from (
    select numbered.*, case when tail like ' gift %' then ${number(leadingDigits("substr(tail, 7)"))} end as gift
    from (
      select keyed.*, ${number(leadingDigits("told"))} as turn, ltrim(told, ${digits}) as tail
      from (
        select transfers.*, substr(key, length('refund ' || cause_id || ' ') + 1) as told from transfers where cause = 'refund'
      ) as keyed
    ) as numbered
  ) as parted
)`

/** The key as it would be written of what was read out of it. */
const key = (leg: string) => `made.turn || '${leg}'`
const giftKey = (what: string) => `made.turn || ' gift ' || made.gift || ' ${what}'`

/** Play money is bonus money, and nothing is owed for it. */
const account = "case when source.sandbox then 'diamondBonus' else 'diamond' end"
const buyers = { account, user: "source.user_id" }
const owed = "case when source.sandbox then 0 else source.diamonds end"
const atMost = { currency: "diamond", atMost: true } as const
/** The last refund stands as long as the order is refunded. */
const isUndone = "(made.turn < source.refunds or source.state = 'credited')"
const isBuyers = "gifts.giver_id = source.user_id"

const legs: { key: string; leg: Omit<Leg, "name">; and?: string }[] = [
  { key: key(" diamond"), leg: { ...atMost, amount: "source.diamonds", from: buyers, to: house("issued") } },
  {
    key: key(" debt"),
    leg: { ...atMost, amount: owed, from: usersOwn("debts", "source.user_id"), to: house("issued") },
  },
  {
    key: giftKey("diamond"),
    leg: { ...atMost, amount: owed, from: house("revenue"), to: house("issued") },
    and: isBuyers,
  },
  {
    key: giftKey("rice"),
    leg: {
      currency: "rice",
      amount: "made.amount",
      from: usersOwn("rice", "gifts.receiver_id"),
      to: house("issued"),
    },
    and: isBuyers,
  },
  {
    key: key(" undone"),
    leg: { currency: "diamond", amount: "source.diamonds", from: house("issued"), to: buyers },
    and: isUndone,
  },
  {
    key: key(" undone debt"),
    leg: { ...atMost, amount: owed, from: buyers, to: usersOwn("debts", "source.user_id") },
    and: isUndone,
  },
]

const oneOfThem = legs.map(({ key, leg, and = "true" }) => `(${matches("refund", key, leg)} and ${and})`).join(" or ")

const belong: Check = {
  name: "every refund transfer belongs to its order",
  lines: `
    select made.id as transfer, made.key, made.amount, made.from_user, made.to_user, ${zeroIf(`
      source.state in ('credited', 'refunded') and made.turn between 1 and source.refunds and (${oneOfThem})`)} as wrong
    from ${refundLegs} as made
    left join orders as source on source.id = made.cause_id
    left join gifts on gifts.id = made.gift`,
}

/** Whatever a refund takes, in parts, is the whole order; of play money only what is still there. */
const complete: Check = {
  name: "every refund takes back what the order gave",
  lines: `
    select source.id as "order", source.state, source.diamonds, source.refunds, coalesce(turns, 0) as made,
      coalesce(least_taken, 0) as least_taken, coalesce(most_taken, 0) as most_taken, coalesce(undone, 0) as undone,
      ${zeroIf(`
        source.refunds >= ${oneIf("source.state = 'refunded'")}
        and source.refunds = coalesce(undone, 0) + ${oneIf("source.state = 'refunded'")}
        and coalesce(most_taken, 0) <= source.diamonds
        and (source.sandbox or source.refunds = coalesce(turns, 0) and coalesce(least_taken, source.diamonds) = source.diamonds)`)} as wrong
    from orders as source
    left join (
      select cause_id, sum(${oneIf("taken > 0")}) as turns, sum(undone) as undone,
        min(taken) as least_taken, max(taken) as most_taken
      from (
        select cause_id, turn,
          sum(case when leg in (' diamond', ' debt', ' gift diamond') then amount else 0 end) as taken,
          sum(${oneIf("leg = ' undone'")}) as undone
        from ${refundLegs} as legs
        group by cause_id, turn
      ) as by_turn
      group by cause_id
    ) as made on made.cause_id = source.id`,
}

const takenBack = addsUp(
  "what was taken back of gifts was refunded",
  ["gift"],
  "select id as gift, taken_back as total from gifts where taken_back <> 0",
  `select gift, amount from ${refundLegs} as legs where leg = ' gift diamond'`,
)

const inRice: Check = {
  name: "diamonds taken back of gifts take the rice they made",
  lines: `
    select cause_id as "order", turn as refund, gift, taken as diamonds, rice_taken as rice,
      ${zeroIf("rice_taken = taken * (bought_rice / nullif(bought, 0))")} as wrong
    from (
      select cause_id, turn, gift,
        sum(case when leg = ' gift diamond' then amount else 0 end) as taken,
        sum(case when leg = ' gift rice' then amount else 0 end) as rice_taken
      from ${refundLegs} as legs
      where leg in (' gift diamond', ' gift rice')
      group by cause_id, turn, gift
    ) as by_gift
    left join gifts on gifts.id = by_gift.gift`,
}

export const refundChecks: Check[] = [belong, complete, takenBack, inRice]
