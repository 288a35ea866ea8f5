import { alter, belongs, change, type Forgery, has, purse, remove, transfer } from "./books.ts"

const rule = "bets bring what their round says"
const bets = "rounds count their bets"
const staked = "rounds count what was put on them"
const paid = "rounds count what they paid"

/** Ways in which the books of the games could be wrong. */
export const gameForgeries: Forgery[] = [
  {
    what: "a win of one more, with its transfer",
    sql: ({ fay, rounds: { bets: made } }) => [
      change("game_bets", made.won, "paid = paid + 1"),
      alter(`bet ${made.won} win`, "amount = amount + 1"),
      purse(fay, "score = score + 1"),
    ],
    fails: [rule, paid],
  },
  {
    what: "a bet that lost and was paid",
    sql: ({ fay, rounds: { settled, bets: made } }) => [
      change("game_bets", made.lost, "outcome = 'won', paid = 29"),
      change("game_rounds", settled, "paid = paid + 29"),
      transfer(`bet ${made.lost} win`, 3, 29, ["games"], ["score", fay]),
      purse(fay, "score = score + 29"),
    ],
    fails: [rule],
  },
  {
    what: "a bet that won and was not paid",
    sql: ({ fay, rounds: { settled, bets: made } }) => [
      change("game_bets", made.won, "outcome = null, paid = 0"),
      change("game_rounds", settled, "paid = 0"),
      remove(`bet ${made.won} win`),
      purse(fay, "score = score - 29"),
    ],
    fails: [rule],
  },
  {
    what: "a bet moved to the position that won",
    sql: ({ rounds: { pos, bets: made } }) => [change("game_bets", made.lost, `pos = ${pos}`)],
    fails: [rule],
  },
  {
    what: "another result",
    sql: ({ rounds: { settled, pos } }) => [change("game_rounds", settled, `pos = ${(pos % 3) + 1}`)],
    fails: [rule],
  },
  {
    what: "a bet that came too late",
    sql: ({ rounds: { settled, bets: made } }) => [
      `UPDATE game_bets SET created_at = (SELECT closes_at FROM game_rounds WHERE id = ${settled}) WHERE id = ${made.won}`,
    ],
    fails: [rule],
  },
  {
    what: "a bet paid while its round is open",
    sql: ({ fay, rounds: { open, bets: made } }) => [
      change("game_bets", made.open, "outcome = 'won', paid = 87"),
      change("game_rounds", open, "paid = 87"),
      transfer(`bet ${made.open} win`, 3, 87, ["games"], ["score", fay]),
      purse(fay, "score = score + 87"),
    ],
    fails: [rule],
  },
  {
    what: "a bet that cost nothing",
    sql: ({ fay, rounds: { bets: made } }) => [remove(`bet ${made.open} stake`), purse(fay, "score = score + 30")],
    fails: [has("bet")],
  },
  {
    what: "a bet of less than it cost",
    sql: ({ rounds: { open, bets: made } }) => [
      change("game_bets", made.open, "score = 29"),
      change("game_rounds", open, "staked = 29"),
    ],
    fails: [belongs("bet")],
  },
  {
    what: "a win without a bet",
    sql: ({ fay }) => [transfer("bet 999999 win", 3, 29, ["games"], ["score", fay]), purse(fay, "score = score + 29")],
    fails: [belongs("bet")],
  },
  {
    what: "a bet given back twice",
    sql: ({ fay, rounds: { bets: made } }) => [
      transfer(`bet ${made.returned} return again`, 3, 20, ["games"], ["score", fay]),
      purse(fay, "score = score + 20"),
    ],
    fails: [belongs("bet"), has("bet")],
  },
  {
    what: "a bet that its round does not know",
    sql: ({ rounds: { open } }) => [change("game_rounds", open, "bets = 0, staked = 0")],
    fails: [bets, staked],
  },
  {
    what: "a round that paid more than its bets brought",
    sql: ({ rounds: { refunded } }) => [change("game_rounds", refunded, "paid = paid + 1")],
    fails: [paid],
  },
]
