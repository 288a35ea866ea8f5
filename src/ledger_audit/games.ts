import { payoutTenths } from "../games/rules.ts"
import { exactly, house, usersOwn } from "./cause.ts"
import { addsUp, type Check, zeroIf } from "./check.ts"

const players = usersOwn("score", "source.user_id")
const when = (outcome: string) => `case when source.outcome = '${outcome}' then source.paid else 0 end`

const legs = exactly({
  cause: "bet",
  table: "game_bets",
  noun: "bet",
  legs: [
    { name: "stake", currency: "score", amount: "source.score", from: players, to: house("games") },
    { name: "win", currency: "score", amount: when("won"), from: house("games"), to: players },
    { name: "return", currency: "score", amount: when("returned"), from: house("games"), to: players },
  ],
})

/** Both engines divide whole numbers down. */
const due = `case
  when rounds.state = 'settled' and bets.pos = rounds.pos then bets.outcome = 'won' and bets.paid = bets.score * ${payoutTenths} / 10
  when rounds.state = 'settled' then bets.outcome = 'lost' and bets.paid = 0
  when rounds.state = 'refunded' then bets.outcome = 'returned' and bets.paid = bets.score
  when bets.outcome is null then rounds.state in ('open', 'settling') and bets.paid = 0
  when rounds.pos is null then bets.outcome = 'returned' and bets.paid = bets.score and rounds.state = 'settling'
  when bets.pos = rounds.pos then bets.outcome = 'won' and bets.paid = bets.score * ${payoutTenths} / 10 and rounds.state = 'settling'
  else bets.outcome = 'lost' and bets.paid = 0 and rounds.state = 'settling' end`

const paidByRule: Check = {
  name: "bets bring what their round says",
  lines: `
    select bets.id as bet, bets.pos, bets.score, bets.outcome, bets.paid, rounds.pos as won,
      ${zeroIf(`bets.created_at < rounds.closes_at and (${due})`)} as wrong
    from game_bets as bets left join game_rounds as rounds on rounds.id = bets.round_id`,
}

const sum = (what: string, column: string, of: string) =>
  addsUp(
    what,
    ["round"],
    `select id as round, ${column} as total from game_rounds`,
    `select round_id as round, ${of} as amount from game_bets`,
  )

export const betChecks: Check[] = [
  ...legs,
  paidByRule,
  sum("rounds count their bets", "bets", "1"),
  sum("rounds count what was put on them", "staked", "score"),
  sum("rounds count what they paid", "paid", "paid"),
]
