import { sql } from "drizzle-orm"
import { users } from "../accounts/tables.ts"
import { check, id, index, int, standingId, table, text, uniqueIndex } from "../db/kit.ts"

/** A user's accounts, a column each, and none ever below zero. They change by transfers alone. */
export const wallets = table(
  "wallets",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    /** Bought with money. */
    diamond: int().notNull().default(0),
    /** Given: promotional, credited, or a test account's. */
    diamondBonus: int().notNull().default(0),
    /** Earned with bought diamonds: what can be withdrawn once it has matured. */
    rice: int().notNull().default(0),
    riceBonus: int().notNull().default(0),
    score: int().notNull().default(0),
    /** Diamonds of refunded payments that could not be taken back. */
    debt: int().notNull().default(0),
  },
  (t) => [
    uniqueIndex("wallets_user").on(t.userId),
    check(
      "wallets_never_below_zero",
      sql`diamond >= 0 and diamond_bonus >= 0 and rice >= 0 and rice_bonus >= 0 and score >= 0 and debt >= 0`,
    ),
  ],
)

/**
 * The ledger: every movement takes an amount from one account and gives it to another. Rows are only ever added; what was
 * wrong is put right by a further transfer.
 */
export const transfers = table(
  "transfers",
  {
    id: standingId(),
    at: int().notNull(),
    /** What happened and to which row, once for ever: `gift 57 diamond`. */
    key: text().notNull(),
    cause: text().notNull(),
    /** The row that caused it: a gift's, an order's, a withdrawal's. */
    causeId: int().notNull(),
    /** 1 diamond, 2 rice, 3 score. */
    currency: int().notNull(),
    amount: int().notNull(),
    fromAccount: text().notNull(),
    /** Whose account it is; null for the house's own. */
    fromUser: int().references(() => users.id),
    toAccount: text().notNull(),
    toUser: int().references(() => users.id),
  },
  (t) => [uniqueIndex("transfers_key").on(t.key), check("transfers_positive", sql`amount > 0`)],
)

/** Withdrawable rice by the day it was earned, for as long as it may not be withdrawn yet. */
export const earnings = table(
  "earnings",
  {
    id: id(),
    userId: int()
      .notNull()
      .references(() => users.id),
    /** Days since 1970 in the server's zone. */
    day: int().notNull(),
    rice: int().notNull(),
  },
  (t) => [
    uniqueIndex("earnings_user_day").on(t.userId, t.day),
    index("earnings_day").on(t.day),
    check("earnings_never_below_zero", sql`rice >= 0`),
  ],
)

/** What operators gave, and why. */
export const credits = table("credits", {
  id: id(),
  userId: int()
    .notNull()
    .references(() => users.id),
  currency: int().notNull(),
  amount: int().notNull(),
  actor: text().notNull(),
  why: text().notNull(),
  createdAt: int().notNull(),
})

/** How many diamonds buy how much score. */
export const scorePacks = table("score_packs", { id: id(), diamonds: int().notNull(), score: int().notNull() }, (t) => [
  uniqueIndex("score_packs_diamonds").on(t.diamonds),
  check("score_packs_positive", sql`diamonds > 0 and score > 0`),
])

/** Diamonds turned into score. */
export const exchanges = table("exchanges", {
  id: id(),
  userId: int()
    .notNull()
    .references(() => users.id),
  diamonds: int().notNull(),
  score: int().notNull(),
  createdAt: int().notNull(),
})
