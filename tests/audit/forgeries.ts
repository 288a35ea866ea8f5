import {
  alter,
  belongs,
  change,
  earnings,
  exchanges,
  type Forgery,
  fit,
  gifts,
  givers,
  has,
  hosts,
  once,
  pairs,
  purse,
  remove,
  rooms,
  sums,
  takenBack,
  transfer,
  wallets,
} from "./books.ts"
import { cashForgeries } from "./cash_forgeries.ts"
import { gameForgeries } from "./game_forgeries.ts"
import { logForgeries } from "./log_forgeries.ts"
import { rewardForgeries } from "./reward_forgeries.ts"

const ofWallets: Forgery[] = [
  { what: "a diamond too many", sql: ({ bo }) => [purse(bo, "diamond = diamond + 1")], fails: [sums, wallets] },
  { what: "rice too little", sql: ({ ana }) => [purse(ana, "rice = rice - 1")], fails: [sums, wallets] },
  { what: "a forgotten debt", sql: ({ bo }) => [purse(bo, "debt = debt + 1")], fails: [wallets] },
  {
    what: "bonus diamonds that became bought ones",
    sql: ({ bo }) => [purse(bo, "diamond = diamond + 1, diamond_bonus = diamond_bonus - 1")],
    fails: [wallets],
  },
  {
    what: "a wallet that is gone",
    sql: ({ cai }) => [`DELETE FROM wallets WHERE user_id = ${cai}`],
    fails: [sums, wallets],
  },
  {
    what: "a wallet out of nowhere",
    sql: ({ dee }) => [`INSERT INTO wallets (user_id, score) VALUES (${dee}, 5)`],
    fails: [sums, wallets],
  },
  {
    what: "a wallet below zero, as the transfers say",
    sql: ({ dee }) => [
      `INSERT INTO wallets (user_id, score) VALUES (${dee}, -5)`,
      transfer("credit 1 back", 3, 5, ["score", dee], ["issued"]),
    ],
    fails: [wallets, belongs("credit"), has("credit")],
  },
]

const ofTransfers: Forgery[] = [
  {
    what: "a transfer that is gone",
    sql: ({ gifts: { bought } }) => [remove(`gift ${bought} diamond`)],
    fails: [sums, wallets, has("gift")],
  },
  {
    what: "a transfer of one more",
    sql: ({ gifts: { mixed } }) => [alter(`gift ${mixed} rice bonus`, "amount = amount + 1")],
    fails: [sums, wallets, belongs("gift")],
  },
  {
    what: "a transfer to somebody else",
    sql: ({ dee, gifts: { bought } }) => [alter(`gift ${bought} rice`, `to_user = ${dee}`)],
    fails: [wallets, belongs("gift")],
  },
  {
    what: "a transfer of another account, wallet and all",
    sql: ({ ana, gifts: { bonus } }) => [
      alter(`gift ${bonus} rice bonus`, "to_account = 'rice'"),
      purse(ana, "rice = rice + 5, rice_bonus = rice_bonus - 5"),
    ],
    fails: [belongs("gift")],
  },
  {
    what: "a transfer of nothing",
    sql: ({ dee, gifts: { bought } }) => [transfer(`gift ${bought} more`, 2, 0, ["issued"], ["rice", dee])],
    fails: [fit, belongs("gift"), has("gift")],
  },
  {
    what: "a transfer more than the gift calls for",
    sql: ({ ana, gifts: { bought } }) => [
      transfer(`gift ${bought} rice bonus`, 2, 7, ["issued"], ["riceBonus", ana]),
      purse(ana, "rice_bonus = rice_bonus + 7"),
    ],
    fails: [belongs("gift"), has("gift")],
  },
  {
    what: "a transfer for a gift that never was",
    sql: ({ ana }) => [transfer("gift 999999 rice", 2, 7, ["issued"], ["rice", ana]), purse(ana, "rice = rice + 7")],
    fails: [belongs("gift")],
  },
  {
    what: "a transfer of a currency that its account is not of",
    sql: ({ gifts: { bought } }) => [alter(`gift ${bought} rice`, "currency = 3")],
    fails: [sums, fit, belongs("gift")],
  },
  {
    what: "a user's account that is nobody's",
    sql: ({ gifts: { bought } }) => [alter(`gift ${bought} rice`, "to_user = null")],
    fails: [wallets, fit, belongs("gift")],
  },
  {
    what: "a cause that nobody knows",
    sql: ({ cai }) => [transfer("bribe 1 score", 3, 7, ["issued"], ["score", cai]), purse(cai, "score = score + 7")],
    fails: [fit],
  },
  {
    what: "a key that tells of another row",
    sql: ({ gifts: { bought, late } }) => [alter(`gift ${bought} rice`, `key = 'gift ${late} rice again'`)],
    fails: [fit, belongs("gift")],
  },
  {
    what: "one leg made twice in another's place",
    sql: ({ ana, bo, gifts: { bought } }) => [
      remove(`gift ${bought} diamond`),
      transfer(`gift ${bought} rice`, 2, 100, ["issued"], ["rice", ana]),
      purse(bo, "diamond = diamond + 100"),
      purse(ana, "rice = rice + 100"),
    ],
    fails: [once],
  },
]

const ofGifts: Forgery[] = [
  {
    what: "a gift that moved nothing",
    sql: ({ ana, bo }) => [
      `INSERT INTO gifts (giver_id, receiver_id, kind_id, number, diamonds, bought, rice, bought_rice, combo, created_at, earned_day)
        VALUES (${bo}, ${ana}, 2, 1, 5, 0, 5, 0, 1, 1, 0)`,
    ],
    fails: [has("gift"), pairs, givers, hosts],
  },
  {
    what: "a gift that makes more of bought diamonds than of others",
    sql: ({ gifts: { mixed } }) => [
      change("gifts", mixed, "bought_rice = bought_rice + 1"),
      alter(`gift ${mixed} rice`, "amount = amount + 1"),
      alter(`gift ${mixed} rice bonus`, "amount = amount - 1"),
    ],
    fails: [wallets, gifts, earnings],
  },
  {
    what: "more taken back of a gift than was refunded",
    sql: ({ gifts: { bonus } }) => [change("gifts", bonus, "taken_back = 1")],
    fails: [gifts, takenBack],
  },
  {
    what: "less taken back of a gift than was refunded",
    sql: ({ gifts: { late } }) => [change("gifts", late, "taken_back = taken_back - 1")],
    fails: [takenBack, earnings],
  },
]

const ofGrants: Forgery[] = [
  {
    what: "a credit of another sum",
    sql: ({ cai }) => [`UPDATE credits SET amount = amount + 1 WHERE user_id = ${cai} AND currency = 3`],
    fails: [belongs("credit")],
  },
  {
    what: "a credit that nobody gave",
    sql: ({ cai }) => [`DELETE FROM credits WHERE user_id = ${cai} AND currency = 3`],
    fails: [belongs("credit")],
  },
  {
    what: "an exchange at another price",
    sql: () => ["UPDATE exchanges SET diamonds = diamonds + 1"],
    fails: [exchanges],
  },
  {
    what: "an exchange that gave no score",
    sql: ({ bo }) => ["DELETE FROM transfers WHERE cause = 'exchange' AND currency = 3", purse(bo, "score = 0")],
    fails: [has("exchange")],
  },
  {
    what: "an exchange for another score",
    sql: () => ["UPDATE exchanges SET score = score + 1"],
    fails: [belongs("exchange")],
  },
]

const ofTotals: Forgery[] = [
  {
    what: "a board",
    sql: ({ bo }) => [`UPDATE gift_pairs SET diamonds = diamonds + 1 WHERE giver_id = ${bo}`],
    fails: [pairs],
  },
  { what: "a place on a board", sql: ({ cai }) => [`DELETE FROM gift_pairs WHERE giver_id = ${cai}`], fails: [pairs] },
  { what: "a room's rice", sql: ({ room }) => [change("rooms", room, "rice = rice - 1")], fails: [rooms] },
  { what: "a giver's experience", sql: ({ bo }) => [change("users", bo, "user_exp = user_exp + 1")], fails: [givers] },
  { what: "a host's experience", sql: ({ ana }) => [change("users", ana, "anchor_exp = 0")], fails: [hosts] },
  { what: "a day's earnings", sql: () => ["UPDATE earnings SET rice = rice + 1"], fails: [earnings] },
  {
    what: "a day's earnings forgotten too early",
    sql: () => ["DELETE FROM earnings WHERE day = (SELECT max(day) FROM earnings)"],
    fails: [earnings],
  },
]

/** Every way in which the books could be wrong, by its name. */
export const forgeries: [string, Forgery][] = [
  ...ofWallets,
  ...ofTransfers,
  ...ofGifts,
  ...cashForgeries,
  ...ofGrants,
  ...rewardForgeries,
  ...gameForgeries,
  ...ofTotals,
  ...logForgeries,
].map((one) => [one.what, one])
