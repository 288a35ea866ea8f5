import {
  alter,
  belongs,
  change,
  type Forgery,
  has,
  holds,
  payments,
  purse,
  refunds,
  remove,
  riceBack,
  sums,
  takenBack,
  transfer,
  wallets,
} from "./books.ts"

const ofOrders: Forgery[] = [
  {
    what: "a payment that was credited twice, with all that belongs to it",
    sql: ({ bo, orders: { kept } }) => [
      `INSERT INTO orders (number, user_id, provider, state, item_id, fen, diamonds, transaction_id, created_at)
        SELECT 'another', user_id, provider, state, item_id, fen, diamonds, transaction_id, created_at
        FROM orders WHERE id = ${kept}`,
      transfer("charge 0 diamond", 1, 60, ["issued"], ["diamond", bo]),
      "UPDATE transfers SET cause_id = (SELECT max(id) FROM orders) WHERE key = 'charge 0 diamond'",
      "UPDATE transfers SET key = 'charge ' || cause_id || ' diamond' WHERE key = 'charge 0 diamond'",
      purse(bo, "diamond = diamond + 60"),
    ],
    fails: [payments],
  },
  {
    what: "an order that was charged twice",
    sql: ({ bo, orders: { kept } }) => [
      transfer(`charge ${kept} diamond again`, 1, 60, ["issued"], ["diamond", bo]),
      purse(bo, "diamond = diamond + 60"),
    ],
    fails: [belongs("charge", "order")],
  },
  {
    what: "an order that nobody paid and that gave its diamonds",
    sql: ({ orders: { kept } }) => [change("orders", kept, "state = 'created'")],
    fails: [belongs("charge", "order"), has("charge", "order")],
  },
  {
    what: "an order that was credited and gave nothing",
    sql: ({ orders: { open } }) => [change("orders", open, "state = 'credited'")],
    fails: [has("charge", "order")],
  },
  {
    what: "play money that bought real diamonds",
    sql: ({ orders: { sandbox }, cai }) => [
      alter(`charge ${sandbox} diamond`, "to_account = 'diamond'"),
      purse(cai, "diamond = diamond + 60, diamond_bonus = diamond_bonus - 60"),
    ],
    // There are not so many bonus diamonds left that could be turned.
    fails: [wallets, belongs("charge", "order")],
  },
  {
    what: "more of a debt paid than the order gave",
    sql: ({ orders: { kept } }) => [alter(`charge ${kept} debt`, "amount = 61")],
    fails: [sums, wallets, belongs("charge", "order")],
  },
]

const ofRefunds: Forgery[] = [
  {
    what: "a refund that took too little of the purse",
    sql: ({ bo, orders: { refunded } }) => [
      alter(`refund ${refunded} 2 diamond`, "amount = amount - 1"),
      purse(bo, "diamond = diamond + 1"),
    ],
    fails: [refunds],
  },
  {
    what: "a refund that left too small a debt",
    sql: ({ bo, orders: { refunded } }) => [
      alter(`refund ${refunded} 1 debt`, "amount = amount - 1"),
      purse(bo, "debt = debt - 1"),
    ],
    // The debt is paid by now.
    fails: [wallets, refunds],
  },
  {
    what: "a refund that is counted and was not made",
    sql: ({ orders: { kept } }) => [change("orders", kept, "refunds = 1, state = 'refunded'")],
    fails: [refunds],
  },
  {
    what: "a refund that was made and is not counted",
    sql: ({ orders: { refunded } }) => [change("orders", refunded, "refunds = 1")],
    fails: [belongs("refund", "order"), refunds],
  },
  {
    what: "a refunded order that counts as credited",
    sql: ({ orders: { refunded } }) => [change("orders", refunded, "state = 'credited'")],
    fails: [refunds],
  },
  {
    what: "a refund undone that stands",
    sql: ({ bo, orders: { refunded } }) => [
      transfer(`refund ${refunded} 2 undone`, 1, 300, ["issued"], ["diamond", bo]),
      purse(bo, "diamond = diamond + 300"),
    ],
    fails: [belongs("refund", "order"), refunds],
  },
  {
    what: "a debt paid by a refund that stands",
    sql: ({ bo, orders: { refunded } }) => [
      transfer(`refund ${refunded} 2 undone debt`, 1, 1, ["diamond", bo], ["debts", bo]),
      purse(bo, "diamond = diamond - 1, debt = debt - 1"),
    ],
    fails: [wallets, belongs("refund", "order")],
  },
  {
    what: "rice taken back for another gift",
    sql: ({ orders: { refunded }, gifts: { late, bought } }) => [
      alter(`refund ${refunded} 1 gift ${late} rice`, `key = 'refund ${refunded} 1 gift ${bought} rice again'`),
    ],
    fails: [belongs("refund", "order"), riceBack],
  },
  {
    what: "diamonds taken back for another gift",
    sql: ({ orders: { refunded }, gifts: { mixed, bonus } }) => [
      alter(`refund ${refunded} 1 gift ${mixed} diamond`, `key = 'refund ${refunded} 1 gift ${bonus} diamond'`),
    ],
    fails: [takenBack, riceBack],
  },
  {
    what: "a refund's leg that nobody can read",
    sql: ({ orders: { refunded }, gifts: { mixed } }) => [
      alter(
        `refund ${refunded} 1 gift ${mixed} diamond`,
        `key = 'refund ${refunded} 1 gift 9999999999999999999 diamond'`,
      ),
      alter(`refund ${refunded} 1 gift ${mixed} rice`, `key = 'refund ${refunded} nonsense'`),
    ],
    fails: [belongs("refund", "order"), refunds, takenBack],
  },
  {
    what: "less rice taken back than the diamonds made",
    sql: ({ ana, orders: { refunded }, gifts: { late } }) => [
      alter(`refund ${refunded} 1 gift ${late} rice`, "amount = amount - 1"),
      purse(ana, "rice = rice + 1"),
    ],
    fails: [riceBack],
  },
]

const ofWithdrawals: Forgery[] = [
  {
    what: "a withdrawal that counts as paid",
    sql: ({ withdrawals: { pending } }) => [change("withdrawals", pending, "state = 'paid'")],
    fails: [has("withdrawal"), holds],
  },
  {
    what: "a withdrawal that was rejected and waits again",
    sql: ({ withdrawals: { rejected } }) => [change("withdrawals", rejected, "state = 'pending'")],
    fails: [belongs("withdrawal"), has("withdrawal"), holds],
  },
  {
    what: "a larger fee than was kept",
    sql: ({ withdrawals: { paid } }) => [change("withdrawals", paid, "fee_rice = fee_rice + 1")],
    fails: [belongs("withdrawal")],
  },
  {
    what: "a withdrawal that never held its rice",
    sql: ({ ana, withdrawals: { pending } }) => [remove(`withdrawal ${pending} hold`), purse(ana, "rice = rice + 10")],
    fails: [has("withdrawal"), holds],
  },
]

/** Of money that comes in or goes out. */
export const cashForgeries: Forgery[] = [...ofOrders, ...ofRefunds, ...ofWithdrawals]
